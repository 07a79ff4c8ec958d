using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments.Tests;

/// <summary>What users and operators do through our services. They repeat what fails, under the same key, as an app does.</summary>
internal sealed class StormUsers(StormStack stack)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Starts a top-up; returns the address of the checkout page.</summary>
    public Task<string> TopupAsync(StormPurchase purchase) => Eventually.BecomesAsync(async () =>
    {
        using var request = Request(HttpMethod.Post, "/api/topup", purchase.UserId);
        request.Headers.Add("Idempotency-Key", purchase.Key);
        var cents = purchase.Cents.ToString(CultureInfo.InvariantCulture);
        request.Content = new StringContent(
            purchase.Pack is null ? $$"""{"amount_cents":{{cents}}}""" : $$"""{"pack":"{{purchase.Pack}}"}""",
            Encoding.UTF8, "application/json");
        using var answer = await SendAsync(request);
        return answer is { IsSuccessStatusCode: true }
            ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checkout_url").GetString()! : "";
    }, url => url.Length > 0, "a session", Patience);

    /// <summary>Looks at the status once, as the page does to which Stripe returns.</summary>
    public async Task LookAsync(StormPurchase purchase, string url)
    {
        using var request = Request(HttpMethod.Get, $"/api/topup/{StormBank.SessionIdOf(url)}", purchase.UserId);
        using var answer = await SendAsync(request);
    }

    /// <summary>Spends up to that much of what is there; returns how much.</summary>
    public async Task<long> SpendAsync(Guid user, long cents)
    {
        var wallet = await stack.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = user.ToString() });
        var amount = Math.Min(cents, wallet.BalanceCents);
        if (amount == 0 || wallet.Frozen)
        {
            return 0;
        }
        try
        {
            await stack.Wallet.DebitAsync(new DebitRequest
            {
                UserId = user.ToString(),
                IdempotencyKey = Guid.NewGuid().ToString(),
                JobId = Guid.NewGuid().ToString(),
                AmountCents = amount,
            });
            return amount;
        }
        catch (RpcException rejection) when (rejection.ErrorCode() is "insufficient_funds" or "wallet_frozen")
        {
            // Clawed back or frozen meanwhile.
            return 0;
        }
    }

    /// <summary>Waits until the payment is credited.</summary>
    public Task CreditedAsync(StormPurchase purchase, string payment) => Eventually.IsTrueAsync(
        async () => 1 == await stack.CountAsync($"checkouts where payment_intent_id = '{payment}' and credited_at is not null"),
        $"the credits of {purchase.Key}", Patience);

    /// <summary>An operator refunds, and repeats until it is done or rejected.</summary>
    public Task RefundAsync(string payment, long cents, string key, bool force) => Eventually.BecomesAsync(async () =>
    {
        try
        {
            await stack.Replicas.Operator.RefundPaymentAsync(new V1.RefundPaymentRequest
            {
                PaymentIntentId = payment,
                IdempotencyKey = key,
                AmountCents = cents,
                Force = force,
                Reason = "requested_by_customer",
                Actor = "storm",
                Note = "asked by mail",
            });
            return "";
        }
        catch (RpcException rejection)
        {
            return rejection.ErrorCode() is "refund_exceeds_payment" or "credits_spent" or "stripe_rejected" ? "" : rejection.ToString();
        }
    }, failure => failure.Length == 0, "an operator's refund", Patience);

    private static HttpRequestMessage Request(HttpMethod method, string path, Guid user)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add(Caller.HeaderName, user.ToString());
        return request;
    }

    // Null: no replica has answered.
    private async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage request)
    {
        try
        {
            return await stack.Replicas.Client.SendAsync(request);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
