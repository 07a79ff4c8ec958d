namespace ReelBallers.Jobs;

/// <summary>
/// Fails jobs that stayed <c>created</c>: the accepting process crashed or got no answer from the wallet, and the caller
/// got no job id. A hold that may have been placed is released.
/// </summary>
internal sealed class AbandonStep(IntentLoopParts parts) : IntentLoop(IntentKind.Abandon, concurrency: 8, parts)
{
    public const string Reason = "The job could not be started.";

    protected override Task HandleAsync(Lease lease, CancellationToken cancellationToken) => Store.UpdateAsync(
        lease.JobId,
        locked =>
        {
            locked.End(JobStatus.Failed, Reason);
            locked.Remove(IntentKind.Abandon);
        },
        cancellationToken);
}
