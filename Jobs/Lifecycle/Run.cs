namespace ReelBallers.Jobs;

/// <summary>
/// One submission of a job to RunPod. The row is committed before the call, so that a crash at any point leaves a trace of
/// what may be running there. A job may have several; the output is counted as one run's.
/// </summary>
internal sealed class Run(Guid jobId, int number, string endpointId, DateTimeOffset submittedAt)
{
    public Guid JobId { get; private set; } = jobId;

    /// <summary>Counts the submissions of the job from 1.</summary>
    public int Number { get; private set; } = number;

    public string EndpointId { get; private set; } = endpointId;

    /// <summary>Null until RunPod has named it.</summary>
    public string? RunPodId { get; private set; }

    /// <summary>An id that a callback named; verified at RunPod before it is believed.</summary>
    public string? HintedRunPodId { get; private set; }

    public RunState State { get; private set; } = RunState.Submitting;

    public DateTimeOffset SubmittedAt { get; private set; } = submittedAt;

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When it was known to be over at RunPod; null while it may still cost GPU time.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public long? ExecutionTimeMs { get; private set; }

    public long? DelayTimeMs { get; private set; }

    /// <summary>What RunPod charges for it, in millionths of a dollar; null while unknown.</summary>
    public long? CostMicrodollars { get; private set; }

    public string? WorkerId { get; private set; }

    /// <summary>Whether it ended by a fault of the worker or its machine.</summary>
    public bool Crashed { get; private set; }

    /// <summary>The id to ask RunPod about, verified or not.</summary>
    public string? KnownId => RunPodId ?? HintedRunPodId;

    public bool IsOpen => State.IsOpen();

    /// <summary>Whether it was at RunPod and ended there without an output.</summary>
    public bool IsLostAtRunPod => RunPodId is not null && EndedAt is not null && State is RunState.Failed or RunState.Lost;

    /// <summary>Whether its status can tell something about the job.</summary>
    public bool IsPolled => KnownId is not null && EndedAt is null && (IsOpen || State == RunState.Superseded);

    /// <summary>Whether it is closed here and may still run at RunPod.</summary>
    public bool NeedsCancel => EndedAt is null && !IsOpen;

    /// <summary>False when the event changes nothing in this state.</summary>
    public bool Apply(RunEvent happened, DateTimeOffset now)
    {
        if (RunRules.Next(State, happened) is not { } next)
        {
            return false;
        }
        State = next;
        if (happened == RunEvent.Started)
        {
            StartedAt ??= now;
        }
        if (happened.EndsAtRunPod())
        {
            EndedAt ??= now;
        }
        return true;
    }

    /// <summary>RunPod knows it under this id; later ids are ignored.</summary>
    public void Identify(string runPodId)
    {
        RunPodId ??= runPodId;
        HintedRunPodId = null;
    }

    public void Hint(string? runPodId) => HintedRunPodId = RunPodId is null ? runPodId : null;

    /// <summary>The worker or its machine is to blame for its end.</summary>
    public void Crash() => Crashed = true;

    /// <summary>Stores what RunPod says about its times and cost.</summary>
    public void Record(RunPodUsage usage)
    {
        ExecutionTimeMs = usage.ExecutionTimeMs ?? ExecutionTimeMs;
        DelayTimeMs = usage.DelayTimeMs ?? DelayTimeMs;
        CostMicrodollars = usage.CostMicrodollars ?? CostMicrodollars;
        WorkerId = usage.WorkerId ?? WorkerId;
    }
}
