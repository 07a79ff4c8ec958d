namespace ReelBallers.Jobs;

/// <summary>
/// Asks RunPod to stop a job that has ended for us. Only GPU time depends on it, and RunPod's own execution timeout
/// ends the job in any case: so it is given up after a while.
/// </summary>
internal sealed partial class Stopper(RunPodClient runPod, IntentLoopParts parts, ILogger<Stopper> logger)
    : IntentLoop(IntentKind.Stop, concurrency: 8, parts)
{
    private const int MostAttempts = 8;

    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        var job = await Changes.FindAsync(lease.JobId, cancellationToken);
        var attempts = lease.Attempts + 1;
        var stopped = job is not { RunPodId: { } runPodId, RunPodEndpointId: { } endpointId }
            || await runPod.CancelAsync(endpointId, runPodId, cancellationToken);
        if (!stopped && attempts < MostAttempts)
        {
            await Queue.RescheduleAsync(lease, Options.Backoff(attempts), attempts, waitingSince: null);
            return;
        }
        if (!stopped)
        {
            LogGivenUp(lease.JobId, attempts);
        }
        await Changes.ApplyAsync(lease.JobId, change => change.Remove(IntentKind.Stop), cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "RunPod could not be asked to stop job {JobId} in {Attempts} attempts; its execution timeout will")]
    private partial void LogGivenUp(Guid jobId, int attempts);
}
