namespace ReelBallers.Jobs.V1;

/// <summary>The error codes of JobsService, as in the trailer <c>error-code</c>; jobs.proto says when each is given.</summary>
public static class JobsErrorCodes
{
    /// <summary>A field is missing, malformed or out of range.</summary>
    public const string InvalidArgument = "invalid_argument";
    /// <summary>The user has no such job, or there is none with this id.</summary>
    public const string JobNotFound = "job_not_found";
    /// <summary>The job has ended, or how it ends is decided.</summary>
    public const string JobNotCancellable = "job_not_cancellable";
    /// <summary>The job has not ended or has completed, or its model is not offered any more.</summary>
    public const string JobNotRetryable = "job_not_retryable";
    /// <summary>The job costs another amount than expected.</summary>
    public const string PriceChanged = "price_changed";
    /// <summary>The source of the job is gone.</summary>
    public const string SourceNotFound = "source_not_found";
    /// <summary>The wallet has too few credits.</summary>
    public const string InsufficientFunds = "insufficient_funds";
    /// <summary>The wallet is frozen.</summary>
    public const string WalletFrozen = "wallet_frozen";
    /// <summary>The wallet was joined into another one.</summary>
    public const string WalletJoined = "wallet_joined";
    /// <summary>The user has as many open jobs as are allowed.</summary>
    public const string TooManyOpenJobs = "too_many_open_jobs";
    /// <summary>The wallet did not answer in time; a hold that was placed is released.</summary>
    public const string WalletUnavailable = "wallet_unavailable";
    /// <summary>Storage did not answer; nothing was started.</summary>
    public const string StorageUnavailable = "storage_unavailable";
    /// <summary>No job is submitted to such an endpoint.</summary>
    public const string EndpointNotFound = "endpoint_not_found";
    /// <summary>The job has no such step to do.</summary>
    public const string IntentNotFound = "intent_not_found";
    /// <summary>The step is still being tried.</summary>
    public const string IntentNotDead = "intent_not_dead";
    /// <summary>The database did not answer; the call can be repeated.</summary>
    public const string DatabaseUnavailable = "database_unavailable";
    /// <summary>The service is stopping: watch again.</summary>
    public const string ShuttingDown = "shutting_down";
}
