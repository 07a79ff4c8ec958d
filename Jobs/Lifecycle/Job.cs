namespace ReelBallers.Jobs;

/// <summary>
/// One piece of work on a video, and its money. A job ends in two steps: <see cref="Decide"/> fixes how, together with
/// the intent to move the money, and <see cref="Finish"/> shows it once the money has moved. So a job that is seen to
/// have failed has its refund already.
/// </summary>
internal sealed class Job(DateTimeOffset createdAt)
{
    public Guid JobId { get; init; }

    public Guid UserId { get; init; }

    public required string ProjectId { get; init; }

    public JobType Type { get; init; }

    public JobStatus Status { get; private set; }

    /// <summary>How the job ends, from the moment that this is settled; the status follows when the money has moved.</summary>
    public JobStatus? Outcome { get; private set; }

    /// <summary>0 to 100; never falls.</summary>
    public int Progress { get; private set; }

    public long CostCents { get; init; }

    public long RefundedCents { get; private set; }

    /// <summary>For the user: why it did not complete.</summary>
    public string? Error { get; private set; }

    public required string SourceKey { get; init; }

    /// <summary>The seconds of video that were paid for; the worker refuses a longer source.</summary>
    public int PaidSeconds { get; init; }

    public required Work Work { get; init; }

    public string? OutputKey { get; private set; }

    public long? OutputSizeBytes { get; private set; }

    public string? RunPodEndpointId { get; private set; }

    public string? RunPodId { get; private set; }

    /// <summary>The RunPod id that the last callback named; looked at once, and then forgotten.</summary>
    public string? HintedRunPodId { get; private set; }

    /// <summary>Grows with every change that a user can see.</summary>
    public long Version { get; private set; } = 1;

    public DateTimeOffset CreatedAt { get; private set; } = createdAt;

    public DateTimeOffset UpdatedAt { get; private set; } = createdAt;

    /// <summary>When the hold was confirmed; null when it never was.</summary>
    public DateTimeOffset? QueuedAt { get; private set; }

    public DateTimeOffset? SubmittedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public bool IsDecided => Outcome is not null;

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

    /// <summary>RunPod has taken the job under this id; the first id stays.</summary>
    public void MarkSubmitted(string endpointId, string runPodId, DateTimeOffset now)
    {
        if (RunPodId is null)
        {
            RunPodEndpointId = endpointId;
            RunPodId = runPodId;
            SubmittedAt = now;
        }
    }

    public void SetHint(string? runPodId) => HintedRunPodId = runPodId;

    /// <summary>A worker is at it; a progress below the one known changes nothing.</summary>
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
        StartedAt ??= now;
        Progress = higher;
        Touch(now);
    }

    /// <summary>Fixes how the job ends. The first decision stands: false for every later one.</summary>
    public bool Decide(JobStatus outcome, string? error)
    {
        if (IsDecided || !outcome.IsFinal() || !JobRules.Allows(Status, outcome))
        {
            return false;
        }
        Outcome = outcome;
        Error = error;
        HintedRunPodId = null;
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

    /// <summary>The money has moved: what was decided becomes the status, for ever.</summary>
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
