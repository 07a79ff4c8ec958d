using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The optional body of <c>POST /api/jobs/{job_id}/retry</c>.</summary>
internal sealed record RetryRequest(long? CostCents = null);

/// <summary>Starts a job that did not complete again, for its user.</summary>
internal static class RetryApi
{
    public static async Task<IResult> RetryAsync(
        string jobId, Caller caller, HttpContext context, JobQueries queries, JobRetries retries, RetryRequest? request = null)
    {
        if (!JobIds.TryParse(jobId, out var id))
        {
            return JobsApi.JobNotFound();
        }
        if (request?.CostCents is <= 0)
        {
            return await queries.FindAsync(caller.UserId, id, context.RequestAborted) is null
                ? JobsApi.JobNotFound()
                : Problems.Validation(("cost_cents", "must be above 0"));
        }
        return await retries.RetryAsync(caller.UserId, id, context.OperationId(), request?.CostCents, context.RequestAborted) switch
        {
            RetryResult.NotRetryable rejected => Problems.Of(
                StatusCodes.Status409Conflict, "job_not_retryable", "Job not retryable", rejected.Detail,
                ("job_status", rejected.Status.ToWire())),
            RetryResult.Asked asked => asked.Result.ToResult(),
            _ => JobsApi.JobNotFound(),
        };
    }
}
