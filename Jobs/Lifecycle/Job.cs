namespace ReelBallers.Jobs;

/// <summary>
/// A job and its cost. It ends in two steps: first the outcome, in one transaction with the intent to move the money, and then
/// the status, once the money has moved. A job that is shown as failed has therefore been refunded.
/// </summary>
internal sealed class Job(DateTimeOffset createdAt)
{
    private bool _isDeleted;

    public Guid JobId { get; init; }

    public Guid UserId { get; init; }

    /// <summary>The request that asked for it; at most one job of an operation is live.</summary>
    public Guid OperationId { get; init; }

    /// <summary>The job that its user tries again with it.</summary>
    public Guid? RetryOf { get; init; }

    public required string ProjectId { get; init; }

    public JobType Type { get; init; }

    public JobStatus Status { get; private set; }

    /// <summary>How the job ends, once decided; the status follows when the money has moved.</summary>
    public JobStatus? Outcome { get; private set; }

    /// <summary>0 to 100; never decreases.</summary>
    public int Progress { get; private set; }

    /// <summary>The price that was quoted and is held.</summary>
    public long CostCents { get; init; }

    /// <summary>What is to be charged for its output, decided with it: at most the cost.</summary>
    public long? DueCents { get; private set; }

    /// <summary>What the wallet has charged; null until it has answered.</summary>
    public long? ChargedCents { get; private set; }

    /// <summary>The ledger's transfer that placed its hold.</summary>
    public string? HoldTransferId { get; private set; }

    /// <summary>The ledger's transfer that charged it; null when nothing was charged.</summary>
    public string? SettlementTransferId { get; private set; }

    /// <summary>The ledger's transfer that refunded it, or the rest of it; null when nothing was refunded.</summary>
    public string? RefundTransferId { get; private set; }

    /// <summary>When the wallet gives its cost back whatever has happened here: after its latest possible end.</summary>
    public DateTimeOffset HoldExpiresAt { get; init; }

    public long RefundedCents { get; private set; }

    /// <summary>Why it did not complete, for the user.</summary>
    public string? Error { get; private set; }

    public required string SourceKey { get; init; }

    /// <summary>The seconds of video that were paid for; the worker rejects a longer source.</summary>
    public int PaidSeconds { get; init; }

    public required Work Work { get; init; }

    public string? OutputKey { get; private set; }

    public long? OutputSizeBytes { get; private set; }

    /// <summary>The request that created it, as a W3C <c>traceparent</c>: its steps continue that trace. Null without one.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Incremented with every change that the user can see.</summary>
    public long Version { get; private set; } = 1;

    public DateTimeOffset CreatedAt { get; private set; } = createdAt;

    public DateTimeOffset UpdatedAt { get; private set; } = createdAt;

    /// <summary>When the hold was confirmed; null before.</summary>
    public DateTimeOffset? QueuedAt { get; private set; }

    public bool IsDecided => Outcome is not null;

    /// <summary>Whether its user may see it: not before its hold is confirmed.</summary>
    public bool IsVisible => Status != JobStatus.Created;

    /// <summary>Whether its cost was held.</summary>
    public bool IsHeld => QueuedAt is not null;

    /// <summary>Its place in the table of transitions.</summary>
    public JobState State => _isDeleted ? JobState.Deleted : JobStates.Of(Status, Outcome, IsHeld);

    /// <summary>The only way to change a job.</summary>
    /// <returns>The effects of the change; null when the event changes nothing in this state.</returns>
    public JobEffects? Apply(JobEvent happened, JobFacts facts, DateTimeOffset now)
    {
        if (JobRules.Next(State, happened) is not { } transition)
        {
            return null;
        }
        var (status, progress, charged) = (Status, Progress, ChargedCents);
        Record(happened, facts, now);
        Outcome ??= transition.To.Outcome();
        Status = transition.To.Status() ?? Status;
        Progress = Status == JobStatus.Completed ? 100 : Progress;
        RefundedCents = Refund();
        _isDeleted = transition.To == JobState.Deleted;
        if ((status, progress, charged) != (Status, Progress, ChargedCents))
        {
            UpdatedAt = now;
            Version++;
        }
        return transition.Effects;
    }

    private void Record(JobEvent happened, JobFacts facts, DateTimeOffset now)
    {
        HoldTransferId ??= facts.HoldTransferId;
        switch (happened)
        {
            case JobEvent.HoldConfirmed when !IsDecided:
                QueuedAt = now;
                break;
            case JobEvent.Progressed:
                Progress = Math.Max(Progress, Math.Clamp(facts.Progress, 0, 100));
                break;
            case JobEvent.Delivered when facts.Output is { } output:
                (OutputKey, OutputSizeBytes) = (output.Key, output.SizeBytes);
                DueCents = Math.Clamp(output.CostCents ?? CostCents, 0, CostCents);
                break;
            case JobEvent.HoldEnded:
                ChargedCents = facts.HoldEnd.SettledCents;
                SettlementTransferId = facts.HoldEnd.SettlementTransferId;
                RefundTransferId = facts.HoldEnd.RefundTransferId;
                break;
            default:
                Error ??= facts.Error;
                break;
        }
    }

    /// <summary>What is shown as refunded: the whole cost of a job that did not complete, else what was not charged.</summary>
    private long Refund() => Status switch
    {
        JobStatus.Created or JobStatus.Queued or JobStatus.Running => 0,
        JobStatus.Completed => ChargedCents is { } charged ? CostCents - charged : 0,
        JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut => CostCents,
    };
}
