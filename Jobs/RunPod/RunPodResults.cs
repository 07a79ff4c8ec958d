namespace ReelBallers.Jobs;

/// <summary>The result of a submission.</summary>
internal abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    internal sealed record Accepted(string RunPodId) : SubmitResult;

    /// <summary>Nothing was started, and the job is not to blame: the same submission may succeed later.</summary>
    internal sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : SubmitResult;

    /// <summary>RunPod rejected the job itself; repeating does not help.</summary>
    internal sealed record Rejected(string Reason) : SubmitResult;

    /// <summary>The request was sent and no answer came: RunPod may or may not have accepted the job.</summary>
    internal sealed record Unknown(string Reason) : SubmitResult;
}

/// <summary>A job's status at RunPod.</summary>
internal abstract record RunPodStatus
{
    private RunPodStatus()
    {
    }

    public RunPodUsage Usage { get; init; } = RunPodUsage.None;

    /// <summary>Whether it has ended at RunPod.</summary>
    public bool IsFinal => this is Completed or Failed or Cancelled or TimedOut;

    /// <summary>Queued, or in a status that this client does not know.</summary>
    internal sealed record Waiting : RunPodStatus;

    /// <param name="Progress">0 to 100; null when the worker has reported none.</param>
    internal sealed record Running(int? Progress) : RunPodStatus;

    internal sealed record Completed : RunPodStatus;

    /// <param name="Reason">Why, for the user.</param>
    /// <param name="IsProviderFault">Whether RunPod or the worker's machine is to blame, so that another run may succeed.</param>
    internal sealed record Failed(string Reason, bool IsProviderFault) : RunPodStatus;

    internal sealed record Cancelled : RunPodStatus;

    internal sealed record TimedOut : RunPodStatus;

    /// <summary>RunPod does not know the job, or no longer does.</summary>
    internal sealed record NotFound : RunPodStatus;

    /// <summary>No answer, or an invalid one.</summary>
    internal sealed record Unreachable(string Reason, TimeSpan? RetryAfter = null) : RunPodStatus;
}
