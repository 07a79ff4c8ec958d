using System.Diagnostics.Metrics;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The service's metrics.</summary>
internal sealed class PaymentsMeter
{
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly Counter<long> _started;
    private readonly Counter<long> _credited;
    private readonly Counter<long> _creditedCents;
    private readonly Histogram<double> _creditingDelay;
    private readonly Counter<long> _handled;
    private readonly Counter<long> _dead;
    private readonly ObservableGauge<long> _pending;
    private readonly Counter<long> _repairs;
    private Backlog _backlog = new(0, TimeSpan.Zero);
    private long _reconciledAt;

    public PaymentsMeter(IMeterFactory factory, TimeProvider time)
    {
        (_time, _startedAt) = (time, time.GetTimestamp());
        var meter = factory.Create("ReelBallers.Payments");
        _started = meter.CreateCounter<long>("payments.checkouts.started", "{checkout}", "Checkouts that got a session at Stripe.");
        _credited = meter.CreateCounter<long>("payments.checkouts.credited", "{checkout}", "Checkouts whose credits are in the wallet.");
        _creditedCents = meter.CreateCounter<long>("payments.credited", "{cent}", "Credits that reached wallets, by kind: paid or bonus.");
        _creditingDelay = meter.CreateHistogram(
            "payments.crediting.delay", "s", "From Stripe's event of a payment to its credit.", advice: Buckets.Delays);
        _handled = meter.CreateCounter<long>("payments.events.handled", "{event}", "Events that ended, by type and outcome.");
        _dead = meter.CreateCounter<long>("payments.events.dead", "{event}", "Events that were left to an operator, by type and outcome.");
        _pending = meter.CreateObservableGauge("payments.events.pending", () => _backlog.Count, "{event}", "Events in the inbox.");
        meter.CreateObservableGauge(
            "payments.events.oldest_pending_age", () => _backlog.Age.TotalSeconds, "s", "How long the oldest of them has been there.");
        _repairs = meter.CreateCounter<long>("payments.reconciler.repairs", "{repair}", "What the reconciler repaired, by kind.");
        meter.CreateObservableGauge(
            "payments.reconciler.last_round_age", SinceRound, "s", "Since this replica completed a round, or since its start.");
    }

    /// <summary>Whether the inbox is observed, so that it is worth a query.</summary>
    public bool ObservesInbox => _pending.Enabled;

    public void Started() => _started.Add(1);

    public void Credited(long credits, long bonusCredits)
    {
        _credited.Add(1);
        _creditedCents.Add(credits, Kind("paid"));
        if (bonusCredits > 0)
        {
            _creditedCents.Add(bonusCredits, Kind("bonus"));
        }
    }

    public void CreditedAfter(TimeSpan delay) => _creditingDelay.Record(Math.Max(0, delay.TotalSeconds));

    public void Handled(string type, string outcome) => _handled.Add(1, Type(type), Outcome(outcome));

    public void Dead(string type, string outcome) => _dead.Add(1, Type(type), Outcome(outcome));

    public void Inbox(long pending, TimeSpan oldest) => _backlog = new Backlog(pending, oldest);

    public void Repaired(string kind) => _repairs.Add(1, Kind(kind));

    public void Reconciled() => Volatile.Write(ref _reconciledAt, _time.GetTimestamp());

    private double SinceRound()
    {
        var at = Volatile.Read(ref _reconciledAt);
        return _time.GetElapsedTime(at == 0 ? _startedAt : at).TotalSeconds;
    }

    private static KeyValuePair<string, object?> Kind(string kind) => new("kind", kind);

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);

    // The type is the sender's text: only ours are worth a series each.
    private static KeyValuePair<string, object?> Type(string type) =>
        new("type", EventDispatch.HandledTypes.Contains(type) ? type : "other");

    private sealed record Backlog(long Count, TimeSpan Age);
}
