namespace ReelBallers.Jobs;

/// <summary>The state of one submission to RunPod.</summary>
internal enum RunState
{
    /// <summary>About to be sent, or sent by a process that has not recorded the answer.</summary>
    Submitting,

    /// <summary>Sent without an answer: RunPod may or may not have it.</summary>
    Unanswered,

    /// <summary>RunPod has it; no worker has started it.</summary>
    Submitted,
    Running,

    /// <summary>The output of the job is counted as this run's.</summary>
    Completed,
    Failed,

    /// <summary>Its job was cancelled, or RunPod cancelled it.</summary>
    Cancelled,
    TimedOut,

    /// <summary>RunPod does not have it (any more).</summary>
    Lost,

    /// <summary>Given up for another run, or another run has delivered.</summary>
    Superseded,
}

internal static class RunStates
{
    public static string ToText(this RunState state) => state switch
    {
        RunState.Submitting => "submitting",
        RunState.Unanswered => "unanswered",
        RunState.Submitted => "submitted",
        RunState.Running => "running",
        RunState.Completed => "completed",
        RunState.Failed => "failed",
        RunState.Cancelled => "cancelled",
        RunState.TimedOut => "timed_out",
        RunState.Lost => "lost",
        RunState.Superseded => "superseded",
    };

    public static RunState Parse(string text) => Enum.GetValues<RunState>().Single(state => state.ToText() == text);

    /// <summary>Whether the job still waits for it.</summary>
    public static bool IsOpen(this RunState state) =>
        state is RunState.Submitting or RunState.Unanswered or RunState.Submitted or RunState.Running;
}
