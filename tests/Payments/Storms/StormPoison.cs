using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>What can never succeed. It must end where an operator finds it, with its reason, and keep nothing else waiting.</summary>
internal sealed class StormPoison(StormStack stack) : IDisposable
{
    private readonly HttpClient _plain = new();

    /// <summary>The items that must be parked, and why.</summary>
    public ConcurrentDictionary<string, string> Parked { get; } = new();

    /// <summary>The events that must be dead, and why; those about a payment in another currency by the id of its session.</summary>
    public ConcurrentDictionary<string, string> Dead { get; } = new();

    /// <summary>The events that wait for another key, which they may get.</summary>
    public ConcurrentBag<string> Waiting { get; } = [];

    /// <summary>Checkouts of another mode, which Stripe answers 404 for, more than a step's budget of failures.</summary>
    public async Task AddCheckoutsOfAnotherModeAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var session = $"cs_live_storm{Guid.NewGuid():N}";
            await stack.Database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
                insert into checkouts (id, user_id, amount_cents, currency, credits, bonus_credits, status, session_id, stripe_attempt,
                    created_at, updated_at)
                values ('{Guid.NewGuid()}', '{Guid.NewGuid()}', 500, 'usd', 500, 0, 1, '{session}', 0, now() - interval '9 days', now())
                """));
            Parked[session] = "missing_at_stripe";
        }
        var waiting = Stack.NewEventId();
        Waiting.Add(waiting);
        await DeliverAsync(Stack.EventOf("checkout.session.completed", Parked.Keys.First(), waiting), until: _ => true);
    }

    /// <summary>Signed events that no retry can handle.</summary>
    public async Task AddEventsAsync()
    {
        var (unreadable, live, unknown) = (Stack.NewEventId(), Stack.NewEventId(), Stack.NewEventId());
        (Dead[unreadable], Dead[live], Dead[unknown]) = ("malformed", "other_mode", "session_unknown");
        var session = $"cs_test_storm{Guid.NewGuid():N}";
        await DeliverAsync(
            Stack.EventOf("checkout.session.completed", session, unreadable).Replace("\"data\"", "\"date\"", StringComparison.Ordinal));
        await DeliverAsync(Stack.EventOf("checkout.session.completed", session, live)
            .Replace("\"livemode\": false", "\"livemode\": true", StringComparison.Ordinal));
        await DeliverAsync(Stack.EventOf("checkout.session.completed", session, unknown));
    }

    public async Task PayInForeignCurrencyAsync(string payment, string session)
    {
        foreach (var id in new[] { session, payment, (await stack.Bank.ChargeAsync(payment)).Id })
        {
            await stack.Bank.SetAsync(id, new { currency = "eur" });
        }
        (Parked[session], Dead[session]) = ("currency_mismatch", "currency_mismatch");
    }

    public async Task RefundInForeignCurrencyAsync(string payment, long amount)
    {
        await stack.Bank.SetAsync(await stack.Bank.RefundAsync(payment, amount), new { currency = "eur" });
        Parked[payment] = "foreign_currency";
    }

    public async Task DisputeInForeignCurrencyAsync(string payment)
    {
        await stack.Bank.SetAsync(await stack.Bank.DisputeAsync(payment), new { currency = "jpy" });
        Parked[payment] = "foreign_currency";
    }

    public async Task DisputeWithUnknownStatusAsync(string payment)
    {
        await stack.Bank.SetAsync(await stack.Bank.DisputeAsync(payment), new { status = "arbitration_needs_response" });
        Parked[payment] = "unknown_status";
    }

    public void Dispose() => _plain.Dispose();

    private Task DeliverAsync(string body) => DeliverAsync(body, status => status == 200);

    private Task DeliverAsync(string body, Func<int, bool> until) => Eventually.IsTrueAsync(async () =>
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var content = new ByteArrayContent(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, stack.WebhookUrl) { Content = content };
        // Signed now, by the moved clock.
        request.Headers.Add("Stripe-Signature", Stack.SignatureOf(bytes, ageSeconds: -(long)stack.Clock.Offset.TotalSeconds));
        using var answer = await _plain.SendAsync(request);
        return until((int)answer.StatusCode);
    }, "a webhook that is accepted");
}
