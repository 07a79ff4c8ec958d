namespace ReelBallers.Jobs;

/// <summary>How a request for a job ended.</summary>
internal abstract record AcceptResult
{
    private AcceptResult()
    {
    }

    internal sealed record Accepted(Guid JobId, JobStatus Status, long CostCents, long BalanceCents) : AcceptResult;

    internal sealed record PriceChanged(long CostCents) : AcceptResult;

    internal sealed record SourceNotFound : AcceptResult;

    internal sealed record InsufficientFunds(long BalanceCents, long RequiredCents) : AcceptResult;

    internal sealed record WalletFrozen : AcceptResult;

    /// <summary>The wallet knows another hold of this attempt. It was given back; a new attempt is free.</summary>
    internal sealed record HoldConflict : AcceptResult;

    /// <summary>Storage gave no answer: nothing was begun.</summary>
    internal sealed record StorageUnavailable : AcceptResult;

    /// <summary>A fault of ours, which was logged; nothing is held.</summary>
    internal sealed record Faulty : AcceptResult;

    /// <summary>The wallet gave no answer in time. A hold that was placed all the same is given back.</summary>
    internal sealed record Unavailable : AcceptResult;
}
