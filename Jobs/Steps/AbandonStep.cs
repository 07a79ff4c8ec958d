namespace ReelBallers.Jobs;

/// <summary>
/// Gives up jobs that stayed <c>created</c>: whoever accepted them died or got no answer from the wallet, and the
/// caller was told of no job. A hold that may have been placed is given back.
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
