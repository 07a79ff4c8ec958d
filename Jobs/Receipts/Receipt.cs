namespace ReelBallers.Jobs;

/// <summary>What a job has cost, whom and why: its price, the ledger's transfers, and the runs at RunPod.</summary>
internal sealed class Receipt(JobSummary job, IReadOnlyList<Run> runs)
{
    public JobSummary Job => job;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Run> Runs => runs;

    public Movement Held => new(job.CostCents, job.HoldTransferId);

    /// <summary>Null until the wallet has answered; 0 when nothing was charged.</summary>
    public Movement? Settled => job.ChargedCents is { } cents ? new(cents, job.SettlementTransferId) : null;

    /// <summary>Null until the wallet has answered; 0 when everything was charged.</summary>
    public Movement? Refunded => job.ChargedCents is { } cents ? new(job.CostCents - cents, job.RefundTransferId) : null;

    /// <summary>Of all runs, as far as RunPod has reported them.</summary>
    public long GpuMilliseconds => runs.Sum(run => run.ExecutionTimeMs ?? 0);

    /// <summary>Of the runs whose result was not used. They are at our expense.</summary>
    public long OrphanGpuMilliseconds => Orphans.Sum(run => run.ExecutionTimeMs ?? 0);

    /// <summary>What RunPod charges for all runs, in millionths of a dollar.</summary>
    public long ProviderMicrodollars => runs.Sum(run => run.CostMicrodollars ?? 0);

    /// <summary>What RunPod charges for the runs whose result was not used.</summary>
    public long OrphanMicrodollars => Orphans.Sum(run => run.CostMicrodollars ?? 0);

    private IEnumerable<Run> Orphans => runs.Where(run => run.State != RunState.Completed);

    /// <summary>An amount that the ledger moved.</summary>
    /// <param name="Cents">0 when nothing was moved.</param>
    /// <param name="TransferId">The ledger's transfer; null when nothing was moved.</param>
    internal sealed record Movement(long Cents, string? TransferId);
}
