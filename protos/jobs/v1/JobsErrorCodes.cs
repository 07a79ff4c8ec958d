namespace ReelBallers.Jobs.V1;

/// <summary>The error codes of JobsService, as in the trailer <c>error-code</c>; jobs.proto says when each is given.</summary>
public static class JobsErrorCodes
{
    public const string InvalidArgument = "invalid_argument";
    public const string JobNotFound = "job_not_found";
}
