using System.Diagnostics.Metrics;
using System.Text.Json;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The service's metrics.</summary>
internal sealed class PaymentsMeter
{
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _startedAt;
    private readonly Counter<long> _started;
    private readonly Counter<long> _credited;
    private readonly Counter<long> _creditedCents;
    private readonly Histogram<double> _creditingDelay;
    private readonly Counter<long> _handled;
    private readonly Counter<long> _dead;
    private readonly ObservableGauge<long> _pending;
    private readonly Counter<long> _repairs;
    private Backlog _backlog = new(0, TimeSpan.Zero);
    private readonly Counter<long> _parked;
    private readonly Counter<long> _keyRejected;
    private readonly Counter<long> _limited;
    private readonly Counter<long> _autoTopups;
    private readonly Counter<long> _autoTopupFailures;
    private readonly Counter<long> _grantAttempts;
    private readonly Counter<long> _grantsEnded;
    private readonly Counter<long> _sessionRejected;
    private ProvisioningHealth? _provisioning;
    private long _reconciledAtTicks;
    private long _parkedCount;

    public PaymentsMeter(IMeterFactory factory, TimeProvider time)
    {
        (_time, _startedAt) = (time, time.GetUtcNow());
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
            "payments.reconciler.last_round_age", SinceRound, "s",
            "Since any replica completed a whole round; before the first, since the start of this one.");
        _limited = meter.CreateCounter<long>(
            "payments.topups.limited", "{topup}", "Top-ups that were rejected, by scope (user or address) and limit.");
        _keyRejected = meter.CreateCounter<long>(
            "payments.stripe.rejected_key", "{call}", "Calls that Stripe rejected because of the key or its permissions, by status.");
        _autoTopups = meter.CreateCounter<long>("payments.auto_topups.started", "{payment}", "Payments by saved cards that were begun.");
        _autoTopupFailures = meter.CreateCounter<long>(
            "payments.auto_topups.failed", "{payment}", "Payments by saved cards that failed, by reason.");
        _parked = meter.CreateCounter<long>("payments.parked", "{item}", "Items set aside for an operator, by kind and reason.");
        _grantAttempts = meter.CreateCounter<long>(
            "payments.grants.attempts", "{attempt}", "Attempts by the API, by action (grant, revoke) and result.");
        _grantsEnded = meter.CreateCounter<long>(
            "payments.grants.ended", "{grant}", "Grants that left the API, by action and the state that they came to.");
        _sessionRejected = meter.CreateCounter<long>(
            "payments.grants.session_rejected", "{call}", "Calls that the outside system rejected because of our session, by status.");
        ObserveProvisioning(meter);
        meter.CreateObservableGauge(
            "payments.parked.count", () => Volatile.Read(ref _parkedCount), "{item}", "Items that are set aside and not dismissed.");
    }

    public void GrantAttempted(GrantState state, string result) =>
        _grantAttempts.Add(1, Action(state), new KeyValuePair<string, object?>("result", result));

    public void GrantEnded(GrantState before, GrantState after) => _grantsEnded.Add(
        1, Action(before), new KeyValuePair<string, object?>("result", JsonNamingPolicy.SnakeCaseLower.ConvertName(after.ToString())));

    public void GrantSessionRejected(int status) => _sessionRejected.Add(
        1, new KeyValuePair<string, object?>("status", status.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    public void Provisioning(ProvisioningHealth health) => Volatile.Write(ref _provisioning, health);

    /// <summary>Whether the inbox is observed, so that it is worth a query.</summary>
    public bool ObservesInbox => _pending.Enabled;

    public void AutoTopupStarted() => _autoTopups.Add(1);

    public void AutoTopupFailed(string reason) => _autoTopupFailures.Add(1, new KeyValuePair<string, object?>("reason", reason));

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

    /// <summary>A round was complete then, here or on another replica.</summary>
    public void Reconciled(DateTimeOffset at)
    {
        if (at.UtcTicks > Volatile.Read(ref _reconciledAtTicks))
        {
            Volatile.Write(ref _reconciledAtTicks, at.UtcTicks);
        }
    }

    public void Parked(ParkedKind kind, string reason) =>
        _parked.Add(1, Kind(JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())), new("reason", reason));

    public void Limited(string scope, string limit) => _limited.Add(1, new("scope", scope), new("limit", limit));

    public void KeyRejected(int status) => _keyRejected.Add(
        1, new KeyValuePair<string, object?>("status", status.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    public void ParkedCount(long count) => Volatile.Write(ref _parkedCount, count);

    private double SinceRound()
    {
        var at = Volatile.Read(ref _reconciledAtTicks);
        return Math.Max(0, (_time.GetUtcNow() - (at == 0 ? _startedAt : new DateTimeOffset(at, TimeSpan.Zero))).TotalSeconds);
    }

    private void ObserveProvisioning(Meter meter)
    {
        meter.CreateObservableGauge(
            "payments.grants.pending", () => Health()?.Pending ?? 0, "{grant}", "Grants that the API is to give or to take away.");
        meter.CreateObservableGauge(
            "payments.grants.oldest_pending_age",
            () => Health()?.OldestPendingAt is { } at ? Math.Max(0, (_time.GetUtcNow() - at).TotalSeconds) : 0, "s",
            "How long the oldest of them has waited.");
        meter.CreateObservableGauge(
            "payments.grants.tasks", () => Health()?.Tasks ?? 0, "{grant}", "Grants that an operator is to give or to take away.");
        meter.CreateObservableGauge(
            "payments.grants.dead", () => Health()?.Dead ?? 0, "{grant}", "Grants that are not tried any more.");
        meter.CreateObservableGauge(
            "payments.grants.success_rate", () => Health()?.SuccessRate ?? 1, "1",
            "The share of the grants of the last day that the API did; 1 when there were none.");
    }

    private ProvisioningHealth? Health() => Volatile.Read(ref _provisioning);

    private static KeyValuePair<string, object?> Action(GrantState state) =>
        new("action", state == GrantState.Pending ? "grant" : "revoke");

    private static KeyValuePair<string, object?> Kind(string kind) => new("kind", kind);

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);

    // The type is the sender's text: only ours are worth a series each.
    private static KeyValuePair<string, object?> Type(string type) =>
        new("type", EventDispatch.HandledTypes.Contains(type) ? type : "other");

    private sealed record Backlog(long Count, TimeSpan Age);
}
