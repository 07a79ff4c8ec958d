namespace ReelBallers.Jobs;

/// <summary>
/// Cancels a job at RunPod that has ended here. Only GPU time depends on it, and RunPod's execution timeout ends the job
/// anyway, so the number of attempts is limited.
/// </summary>
internal sealed partial class CancelStep(RunPodClient runPod, IntentLoopParts parts, ILogger<CancelStep> logger)
    : IntentLoop(IntentKind.Cancel, concurrency: 8, parts)
{
    private const int MaxAttempts = 8;

    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        var job = await Store.FindAsync(lease.JobId, cancellationToken);
        var attempts = lease.Attempts + 1;
        var cancelled = job is not { RunPodId: { } runPodId, RunPodEndpointId: { } endpointId }
            || await runPod.CancelAsync(endpointId, runPodId, cancellationToken);
        if (!cancelled && attempts < MaxAttempts)
        {
            await RescheduleAsync(lease, Options.Backoff(attempts), attempts);
            return;
        }
        if (!cancelled)
        {
            LogNotCancelled(lease.JobId, attempts);
        }
        await Store.UpdateAsync(lease.JobId, locked => locked.Remove(IntentKind.Cancel), cancellationToken);
    }

    [LoggerMessage(
        LogLevel.Warning, "Job {JobId} could not be cancelled at RunPod in {Attempts} attempts; its execution timeout will end it")]
    private partial void LogNotCancelled(Guid jobId, int attempts);
}
