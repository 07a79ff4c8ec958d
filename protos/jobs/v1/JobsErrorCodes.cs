namespace ReelBallers.Jobs.V1;

/// <summary>The error codes of JobsService, as in the trailer <c>error-code</c>; jobs.proto says when each is given.</summary>
public static class JobsErrorCodes
{
    /// <summary>A field is missing, malformed or out of range.</summary>
    public const string InvalidArgument = "invalid_argument";
    /// <summary>The user has no such job, or there is none with this id.</summary>
    public const string JobNotFound = "job_not_found";
    /// <summary>The job has no such step to do.</summary>
    public const string IntentNotFound = "intent_not_found";
    /// <summary>The step is still being tried.</summary>
    public const string IntentNotDead = "intent_not_dead";
    /// <summary>The database did not answer; the call can be repeated.</summary>
    public const string DatabaseUnavailable = "database_unavailable";
    /// <summary>The service is stopping: watch again.</summary>
    public const string ShuttingDown = "shutting_down";
}
