namespace ReelBallers.Jobs;

/// <summary>
/// Asks RunPod to stop a job that has ended for us. Only GPU time depends on it, and RunPod's own execution timeout
/// ends the job in any case: so it is given up after a while.
/// </summary>
internal sealed partial class CancelStep(RunPodClient runPod, IntentLoopParts parts, ILogger<CancelStep> logger)
    : IntentLoop(IntentKind.Cancel, concurrency: 8, parts)
{
    private const int MostAttempts = 8;

    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        var job = await Store.FindAsync(lease.JobId, cancellationToken);
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
        await Store.UpdateAsync(lease.JobId, locked => locked.Remove(IntentKind.Cancel), cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "RunPod could not be asked to stop job {JobId} in {Attempts} attempts; its execution timeout will")]
    private partial void LogGivenUp(Guid jobId, int attempts);
}
