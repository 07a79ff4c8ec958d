namespace ReelBallers.Jobs;

/// <summary>The result of a request for a job.</summary>
internal abstract record AcceptResult
{
    private AcceptResult()
    {
    }

    internal sealed record Accepted(Guid JobId, JobStatus Status, long CostCents, long BalanceCents, Guid? RetryOf = null) : AcceptResult;

    /// <summary>The expected price or the stated duration is not the real one.</summary>
    internal sealed record PriceChanged(long CostCents, decimal DurationSeconds) : AcceptResult;

    /// <summary>What is asked for does not fit the source.</summary>
    internal sealed record Invalid((string Field, string Message)[] Errors) : AcceptResult;

    internal sealed record SourceNotFound : AcceptResult;

    internal sealed record InsufficientFunds(long BalanceCents, long RequiredCents) : AcceptResult;

    internal sealed record WalletFrozen : AcceptResult;

    /// <summary>The session's wallet was joined into an account's.</summary>
    internal sealed record WalletJoined : AcceptResult;

    /// <summary>The user has as many open jobs as are allowed; nothing was started.</summary>
    internal sealed record TooManyOpenJobs(int Limit) : AcceptResult;

    /// <summary>The wallet has a different hold for this attempt. It was released; the request can be repeated with a new key.</summary>
    internal sealed record HoldConflict : AcceptResult;

    /// <summary>Storage did not answer; nothing was started.</summary>
    internal sealed record StorageUnavailable : AcceptResult;

    /// <summary>An internal error, which was logged; nothing is held.</summary>
    internal sealed record InternalError : AcceptResult;

    /// <summary>The wallet did not answer in time. If the hold was placed anyway, it is released.</summary>
    internal sealed record Unavailable : AcceptResult;
}
