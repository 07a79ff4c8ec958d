namespace ReelBallers.Jobs;

/// <summary>
/// A job and its cost. It ends in two steps: <see cref="Decide"/> sets the outcome, in one transaction with the intent to
/// move the money, and <see cref="Finish"/> sets the status once the money has moved. A job that is shown as failed has
/// therefore been refunded.
/// </summary>
internal sealed class Job(DateTimeOffset createdAt)
{
    public Guid JobId { get; init; }

    public Guid UserId { get; init; }

    /// <summary>The request that asked for it; at most one job of an operation is live.</summary>
    public Guid OperationId { get; init; }

    public required string ProjectId { get; init; }

    public JobType Type { get; init; }

    public JobStatus Status { get; private set; }

    /// <summary>How the job ends, once decided; the status follows when the money has moved.</summary>
    public JobStatus? Outcome { get; private set; }

    /// <summary>0 to 100; never decreases.</summary>
    public int Progress { get; private set; }

    public long CostCents { get; init; }

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

    public bool Queue(DateTimeOffset now)
    {
        if (IsDecided || !JobRules.Allows(Status, JobStatus.Queued))
        {
            return false;
        }
        Status = JobStatus.Queued;
        QueuedAt = now;
        Touch(now);
        return true;
    }

    /// <summary>A worker runs it; a lower progress than before is ignored.</summary>
    public void Run(int progress, DateTimeOffset now)
    {
        if (IsDecided || Status.IsFinal())
        {
            return;
        }
        var higher = Math.Max(Progress, Math.Clamp(progress, 0, 100));
        if (Status == JobStatus.Running && higher == Progress)
        {
            return;
        }
        Status = JobStatus.Running;
        Progress = higher;
        Touch(now);
    }

    /// <summary>Sets the outcome. Only the first decision counts: false for every later one.</summary>
    public bool Decide(JobStatus outcome, string? error)
    {
        if (IsDecided || !outcome.IsFinal() || !JobRules.Allows(Status, outcome))
        {
            return false;
        }
        Outcome = outcome;
        Error = error;
        return true;
    }

    public bool DecideCompleted(JobOutput output)
    {
        if (!Decide(JobStatus.Completed, error: null))
        {
            return false;
        }
        OutputKey = output.Key;
        OutputSizeBytes = output.SizeBytes;
        return true;
    }

    /// <summary>The money has moved: the outcome becomes the final status.</summary>
    public void Finish(DateTimeOffset now)
    {
        if (Outcome is not { } outcome || Status.IsFinal())
        {
            return;
        }
        Status = outcome;
        if (outcome == JobStatus.Completed)
        {
            Progress = 100;
        }
        else
        {
            RefundedCents = CostCents;
        }
        Touch(now);
    }

    private void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}
