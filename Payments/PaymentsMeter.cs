using System.Diagnostics.Metrics;

namespace ReelBallers.Payments;

/// <summary>Metrics that deserve an alert.</summary>
internal sealed class PaymentsMeter
{
    private readonly Counter<long> _repaired;
    private readonly Counter<long> _dead;

    public PaymentsMeter(IMeterFactory factory)
    {
        var meter = factory.Create("ReelBallers.Payments");
        _repaired = meter.CreateCounter<long>("payments.repaired", description: "What the reconciler repaired, by kind.");
        _dead = meter.CreateCounter<long>(
            "payments.dead_events", description: "Events that were left to an operator, by type and outcome.");
    }

    public void Repaired(string kind) => _repaired.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Dead(string type, string outcome) =>
        _dead.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("outcome", outcome));
}
