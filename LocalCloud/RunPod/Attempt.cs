namespace ReelBallers.LocalCloud.RunPod;

/// <summary>One run of a job on a worker. What a run reports after it has been stopped or replaced changes nothing.</summary>
internal sealed class Attempt(Job job)
{
    private readonly CancellationTokenSource _stop = new();

    public Job Job => job;

    /// <summary>The job was cancelled or has expired: the worker is to leave it.</summary>
    public CancellationToken Stopped => _stop.Token;

    public void Stop() => _stop.CancelAsync();
}
