using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The optional body of <c>POST /api/jobs/{job_id}/retry</c>.</summary>
internal sealed record RetryRequest(long? CostCents = null);

/// <summary>Starts a job that did not complete again, as a new job with a hold of its own.</summary>
internal static class RetryApi
{
    public static async Task<IResult> RetryAsync(
        string jobId, Caller caller, HttpContext context, JobQueries queries, Pricing pricing, JobAcceptance acceptance,
        RetryRequest? request = null)
    {
        if (!JobIds.TryParse(jobId, out var id)
            || await queries.FindWithWorkAsync(caller.UserId, id, context.RequestAborted) is not { } job)
        {
            return JobsApi.JobNotFound();
        }
        if (request?.CostCents is <= 0)
        {
            return Problems.Validation(("cost_cents", "must be above 0"));
        }
        if (job.Status is not (JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut))
        {
            return NotRetryable(job, "Only a job that ended as failed, cancelled or timed_out can be tried again.");
        }
        if (job.Work.UpscaleModel is { } model && pricing.ModelName(model) is null)
        {
            return NotRetryable(job, $"The model {model} is no longer offered.");
        }
        var specification = new JobSpecification(
            job.Type, job.ProjectId, job.SourceKey, job.PaidSeconds, job.Work, request?.CostCents, RetryOf: job.JobId);
        return (await acceptance.AcceptAsync(caller.UserId, context.OperationId(), specification, context.RequestAborted)).ToResult();
    }

    private static IResult NotRetryable(Job job, string detail) => Problems.Of(
        StatusCodes.Status409Conflict, "job_not_retryable", "Job not retryable", detail, ("job_status", job.Status.ToWire()));
}
