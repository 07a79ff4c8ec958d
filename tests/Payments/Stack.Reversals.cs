using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments.Tests;

/// <summary>Actions of the bank, the dashboard and an operator.</summary>
public partial class Stack
{
    internal V1.PaymentsService.PaymentsServiceClient Operator => new(Payments.Invoker());

    /// <summary>A topup that is paid and credited.</summary>
    internal async Task<Paid> PaidAsync(Guid userId, string json = """{"pack":"starter"}""", string card = "4242424242424242")
    {
        var topup = await TopupAsync(userId, json);
        Assert.Equal(303, (await PayAsync(topup.CheckoutUrl, ("card_number", card))).Status);
        await Eventually.BecomesAsync(
            () => Database.ScalarAsync<bool>($"select credited_at is not null from checkouts where session_id = '{topup.SessionId}'"),
            credited => credited, "a credited checkout");
        return new Paid(topup.SessionId, (await SessionAsync(topup.SessionId)).PaymentIntentId!);
    }

    /// <summary>Refunds like the dashboard; returns the refund's id.</summary>
    internal async Task<string> RefundAsync(string paymentIntentId, long? amount = null) =>
        (await ControlAsync("/stripe/refunds", new { payment_intent = paymentIntentId, amount })).GetProperty("id").GetString()!;

    /// <summary>Disputes like the owner's bank; returns the dispute's id.</summary>
    internal async Task<string> DisputeAsync(string paymentIntentId, long? amount = null) =>
        (await ControlAsync("/stripe/disputes", new { payment_intent = paymentIntentId, amount })).GetProperty("id").GetString()!;

    internal Task CloseAsync(string disputeId, string status) => ControlAsync($"/stripe/disputes/{disputeId}/close", new { status });

    internal async Task<global::Stripe.Charge> ChargeAsync(string paymentIntentId) =>
        (await new global::Stripe.PaymentIntentService(Stripe).GetAsync(
            paymentIntentId, new() { Expand = ["latest_charge"] })).LatestCharge;

    internal Task AppealAsync(string disputeId) => ControlAsync($"/stripe/disputes/{disputeId}/appeal", new { });

    /// <summary>Puts an object of Stripe's into a state that no action leads to; optionally with an event.</summary>
    internal Task SetAsync(string objectId, object fields, string? eventType = null) =>
        ControlAsync($"/stripe/objects/{objectId}", new { set = fields, @event = eventType });

    /// <summary>Makes the events about an object as old as that.</summary>
    internal async Task AgeEventsAsync(string objectId, long createdAt)
    {
        var events = new global::Stripe.EventService(Stripe);
        await foreach (var one in events.ListAutoPagingAsync(new global::Stripe.EventListOptions { Limit = 100 }))
        {
            if ((one.Data.Object as global::Stripe.IHasId)?.Id == objectId)
            {
                await SetAsync(one.Id, new { created = createdAt });
            }
        }
    }

    internal async Task<GetBalanceResponse> WalletAsync(Guid userId) =>
        await WalletClient.GetBalanceAsync(new GetBalanceRequest { UserId = userId.ToString() });

    internal async Task SpendAsync(Guid userId, long cents) => await WalletClient.DebitAsync(
        new DebitRequest
        {
            UserId = userId.ToString(),
            IdempotencyKey = Guid.NewGuid()
            .ToString(),
            JobId = Guid.NewGuid().ToString(),
            AmountCents = cents
        });

    /// <summary>Waits for the wallet's balance, debt and freeze.</summary>
    internal async Task WalletBecomesAsync(Guid userId, long balance, long owed = 0, bool frozen = false) => await Eventually.BecomesAsync(
        async () => await WalletAsync(userId) is var wallet ? (wallet.BalanceCents, wallet.ReceivableCents, wallet.Frozen) : default,
        seen => seen == (balance, owed, frozen), $"a wallet of {balance}, owing {owed}, frozen: {frozen}");

    internal Task RowBecomesAsync(string sessionId, CheckoutStatus status) =>
        Eventually.BecomesAsync(() => RowStatusAsync(sessionId), row => row == status, $"a checkout that is {status}");

    /// <summary>Waits until that many events about it are handled.</summary>
    internal Task HandledAsync(string idInEvents, int atLeast) => Eventually.IsTrueAsync(
        async () => atLeast <= await Database.ScalarAsync<long>(
            $"select count(*) from stripe_events where payload like '%{idInEvents}%' and state <> 1"),
        $"{atLeast} handled events about {idInEvents}");

    internal async Task<V1.ReconcileResponse> ReconcileAsync() => await Operator.ReconcileAsync(
        new V1.ReconcileRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(2));

    /// <summary>All dead events, over all pages.</summary>
    internal async Task<List<V1.DeadEvent>> DeadEventsAsync(int limit = 100)
    {
        var (all, cursor) = (new List<V1.DeadEvent>(), "");
        do
        {
            var page = await Operator.ListDeadEventsAsync(new() { Limit = limit, Cursor = cursor });
            Assert.True(page.Events.Count <= limit);
            all.AddRange(page.Events);
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);
        return all;
    }

    private async Task<JsonElement> ControlAsync(string path, object body)
    {
        using var answer = await _plain.PostAsJsonAsync(
            new Uri(Clouds.Host.ControlUrl, path), body,
            new JsonSerializerOptions { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}

/// <summary>A payment that was credited.</summary>
internal sealed record Paid(string SessionId, string PaymentIntentId);
