using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>The other side of Stripe: the buyer at the checkout page, the merchant at the dashboard, the buyer's bank.</summary>
internal sealed partial class StormBank(Uri control, IStripeClient stripe) : IDisposable
{
    private static readonly JsonSerializerOptions Sparse = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient _plain = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>How often each kind of fault has struck.</summary>
    public ConcurrentDictionary<string, int> Struck { get; } = new();

    public static string SessionIdOf(string url) => SessionId().Match(url).Value;

    public async Task PayAsync(string url, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await _plain.PostAsync(new Uri(url), content);
    }

    /// <summary>Pays by card; returns the payment intent.</summary>
    public async Task<string> PaidAsync(string url, string card = "4242424242424242")
    {
        await PayAsync(url, ("card_number", card));
        var session = await new SessionService(stripe).GetAsync(SessionIdOf(url));
        Assert.Equal("paid", session.PaymentStatus);
        return session.PaymentIntentId!;
    }

    public Task ExpireAsync(string url) => new SessionService(stripe).ExpireAsync(SessionIdOf(url));

    /// <summary>The charge of a payment.</summary>
    public async Task<Charge> ChargeAsync(string payment) =>
        (await new ChargeService(stripe).ListAsync(new ChargeListOptions { PaymentIntent = payment })).Single(charge => charge.Paid);

    public Task<string> RefundAsync(string payment, long? amount = null) =>
        CreatedAsync("/stripe/refunds", new { payment_intent = payment, amount });

    public Task<string> DisputeAsync(string payment, long? amount = null) =>
        CreatedAsync("/stripe/disputes", new { payment_intent = payment, amount });

    public Task CloseAsync(string dispute, bool isWon) =>
        SendAsync($"/stripe/disputes/{dispute}/close", new { status = isWon ? "won" : "lost" });

    public Task AppealAsync(string dispute) => SendAsync($"/stripe/disputes/{dispute}/appeal", new { });

    /// <summary>Answers the bank, which then decides.</summary>
    public Task ReviewAsync(string dispute) => SendAsync($"/stripe/disputes/{dispute}/review", new { });

    /// <summary>Puts an object of Stripe's into a state that no action leads to.</summary>
    public Task SetAsync(string id, object fields) => SendAsync($"/stripe/objects/{id}", new { set = fields });

    /// <summary>Scripts a fault.</summary>
    public Task FaultAsync(string kind, int every, int seed, string? match = null, int? status = null, int? delayMs = null) =>
        SendAsync("/faults", new { cloud = "stripe", kind, every, seed, match, status, delay_ms = delayMs });

    /// <summary>Ends the faults, and counts how often they have struck.</summary>
    public async Task EndFaultsAsync()
    {
        using var faults = JsonDocument.Parse(await _plain.GetStringAsync(new Uri(control, "/faults")));
        foreach (var fault in faults.RootElement.GetProperty("faults").EnumerateArray())
        {
            Struck.AddOrUpdate(
                fault.GetProperty("kind").GetString()!, _ => fault.GetProperty("struck").GetInt32(),
                (_, before) => before + fault.GetProperty("struck").GetInt32());
        }
        using var ended = await _plain.DeleteAsync(new Uri(control, "/faults"));
    }

    public void Dispose() => _plain.Dispose();

    private async Task<string> CreatedAsync(string path, object body) => (await SendAsync(path, body)).GetProperty("id").GetString()!;

    private async Task<JsonElement> SendAsync(string path, object body)
    {
        using var answer = await _plain.PostAsJsonAsync(new Uri(control, path), body, Sparse);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"{path}: {text}");
    }

    [GeneratedRegex("cs_test_[A-Za-z0-9]+")]
    private static partial Regex SessionId();
}
