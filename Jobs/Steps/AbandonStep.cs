namespace ReelBallers.Jobs;

/// <summary>
/// Fails jobs that stayed <c>created</c>: the accepting process crashed or got no answer from the wallet, and the caller
/// got no job id. A hold that may have been placed is released.
/// </summary>
internal sealed class AbandonStep(IntentLoopParts parts) : IntentLoop(IntentKind.Abandon, concurrency: 8, parts)
{
    protected override Task HandleAsync(Lease lease, CancellationToken cancellationToken) => Store.UpdateAsync(
        lease.JobId,
        locked =>
        {
            if (locked.HasLease(lease))
            {
                locked.Abandon();
                locked.Remove(IntentKind.Abandon);
            }
        },
        cancellationToken);
}
