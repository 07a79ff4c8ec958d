using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>The ledger's metrics.</summary>
internal sealed class WalletMeter
{
    private static readonly int OutcomeCodes = Enum.GetValues<OutcomeCode>().Length;

    private readonly Histogram<long> _batchSize;
    private readonly Histogram<double> _batchDuration;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _findings;
    private ImmutableArray<Func<int>> _queues = [];
    private ImmutableArray<Func<double?>> _audits = [];

    public WalletMeter(IMeterFactory factory)
    {
        var meter = factory.Create("ReelBallers.Wallet");
        _batchSize = meter.CreateHistogram("wallet.batch.size", "{command}", "Commands committed together.", advice: Buckets.Sizes);
        _batchDuration = meter.CreateHistogram(
            "wallet.batch.duration", "s", "From reading the wallets to the commit, by result: committed or failed.",
            advice: Buckets.Durations);
        _commands = meter.CreateCounter<long>("wallet.commands", "{command}", "Decided commands, by outcome.");
        _findings = meter.CreateCounter<long>("wallet.audit.findings", "{finding}", "Contradictions in the ledger, by code.");
        meter.CreateObservableGauge(
            "wallet.queue.length", () => _queues.Sum(length => length()), "{command}", "Commands that wait for a batch.");
        meter.CreateObservableGauge<double>(
            "wallet.audit.last_round_age",
            () => _audits.Max(age => age()) is { } seconds ? [new Measurement<double>(seconds)] : [], "s",
            "Time since the last complete round of the audit, over all replicas.");
    }

    /// <summary>Observes the number of commands that wait for a batch, of all databases together.</summary>
    public void ObserveQueue(Func<int> length) => ImmutableInterlocked.Update(ref _queues, queues => queues.Add(length));

    /// <summary>
    /// Observes the seconds since the last round of the audit over the wallets of a database; null while they are not known. With
    /// several databases the longest time counts.
    /// </summary>
    public void ObserveAudit(Func<double?> age) => ImmutableInterlocked.Update(ref _audits, audits => audits.Add(age));

    public void Committed(Outcome[] outcomes, TimeSpan duration)
    {
        _batchSize.Record(outcomes.Length);
        _batchDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("result", "committed"));
        Count(outcomes);
    }

    public void Failed(TimeSpan duration) =>
        _batchDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("result", "failed"));

    /// <summary>Commands that were answered without a batch.</summary>
    public void NotExecuted(int commands, OutcomeCode code) => _commands.Add(commands, Tag(code));

    public void Finding(string code) => _findings.Add(1, new KeyValuePair<string, object?>("code", code));

    private void Count(Outcome[] outcomes)
    {
        if (!_commands.Enabled)
        {
            return;
        }
        Span<int> counts = stackalloc int[OutcomeCodes];
        foreach (var outcome in outcomes)
        {
            counts[(int)outcome.Code]++;
        }
        for (var code = 0; code < counts.Length; code++)
        {
            if (counts[code] > 0)
            {
                _commands.Add(counts[code], Tag((OutcomeCode)code));
            }
        }
    }

    private static KeyValuePair<string, object?> Tag(OutcomeCode code) =>
        new("outcome", code == OutcomeCode.Done ? "done" : code.ToErrorCode());
}
