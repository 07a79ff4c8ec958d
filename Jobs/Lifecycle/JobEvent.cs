namespace ReelBallers.Jobs;

/// <summary>What can happen to a job.</summary>
internal enum JobEvent
{
    /// <summary>The wallet holds its cost.</summary>
    HoldConfirmed,

    /// <summary>The wallet holds nothing for it and never will.</summary>
    HoldRejected,

    /// <summary>The wallet's answer did not come in time.</summary>
    HoldNotConfirmed,

    /// <summary>A worker runs it, or reports its progress.</summary>
    Progressed,

    /// <summary>A run has ended by a fault of the provider's: another one is started.</summary>
    RunLost,

    /// <summary>Its output is in storage.</summary>
    Delivered,

    /// <summary>It has failed, and no other run is started.</summary>
    RunFailed,

    /// <summary>Its user, or RunPod, has cancelled it.</summary>
    CancelRequested,

    /// <summary>A deadline has passed.</summary>
    DeadlinePassed,

    /// <summary>The wallet has charged or refunded it.</summary>
    HoldEnded,

    /// <summary>The wallet has no hold for it.</summary>
    HoldMissing,

    /// <summary>The wallet rejects its charge or refund.</summary>
    HoldContradicted,
}

/// <summary>What a transition of a job brings about, in its transaction.</summary>
[Flags]
internal enum JobEffects
{
    None = 0,

    /// <summary>Its acceptance is over: it is no longer abandoned when time passes.</summary>
    EndAcceptance = 1,

    /// <summary>A run is submitted.</summary>
    Dispatch = 2,

    /// <summary>No run is waited for, and those that may still run are cancelled at RunPod.</summary>
    StopRuns = 4,

    /// <summary>The wallet is told to charge or refund it.</summary>
    EndHold = 8,

    /// <summary>The wallet has been told.</summary>
    HoldIsEnded = 16,

    /// <summary>An operator is asked to compare it with the wallet.</summary>
    AskOperator = 32,

    /// <summary>Its rows are deleted.</summary>
    Delete = 64,
}

/// <summary>What an event brings along.</summary>
internal sealed record JobFacts
{
    public static JobFacts None { get; } = new();

    /// <summary>Why it did not complete, for the user.</summary>
    public string? Error { get; init; }

    public JobOutput? Output { get; init; }

    /// <summary>0 to 100.</summary>
    public int Progress { get; init; }

    /// <summary>How long the next run waits.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The ledger's transfer that placed the hold.</summary>
    public string? HoldTransferId { get; init; }

    /// <summary>The wallet's answer to the charge or refund.</summary>
    public HoldEndAnswer HoldEnd { get; init; }
}
