namespace ReelBallers.Jobs;

/// <summary>What became of a submission.</summary>
internal abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    internal sealed record Accepted(string RunPodId) : SubmitResult;

    /// <summary>RunPod surely did not take the job.</summary>
    internal sealed record Refused(string Reason, bool Retryable) : SubmitResult;

    /// <summary>The request left, and no answer came: RunPod may have the job or not.</summary>
    internal sealed record Unknown(string Reason) : SubmitResult;
}

/// <summary>What RunPod says of a job.</summary>
internal abstract record RunPodStatus
{
    private RunPodStatus()
    {
    }

    /// <summary>Waiting, or in a state that this client does not know: not final either way.</summary>
    internal sealed record Waiting : RunPodStatus;

    /// <param name="Progress">0 to 100; null when the worker has reported none.</param>
    internal sealed record Running(int? Progress) : RunPodStatus;

    internal sealed record Completed : RunPodStatus;

    internal sealed record Failed(string Reason) : RunPodStatus;

    internal sealed record Cancelled : RunPodStatus;

    internal sealed record TimedOut : RunPodStatus;

    /// <summary>Never known, or forgotten.</summary>
    internal sealed record NotFound : RunPodStatus;

    /// <summary>No answer, or none that can be used.</summary>
    internal sealed record Unreachable(string Reason) : RunPodStatus;
}
