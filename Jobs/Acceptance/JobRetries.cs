namespace ReelBallers.Jobs;

/// <summary>The result of a request to start a job again.</summary>
internal abstract record RetryResult
{
    private RetryResult()
    {
    }

    internal sealed record NotFound : RetryResult;

    /// <summary>It has not ended, has completed, or cannot be had any more.</summary>
    internal sealed record NotRetryable(JobStatus Status, string Detail) : RetryResult;

    /// <summary>What became of the request for the new job.</summary>
    internal sealed record Asked(AcceptResult Result) : RetryResult;
}

/// <summary>Starts a job that did not complete again, as a new job with a hold of its own.</summary>
internal sealed class JobRetries(JobQueries queries, Pricing pricing, JobAcceptance acceptance)
{
    /// <summary>Starts it again, once for an operation.</summary>
    /// <param name="userId">Who pays: the user of the job, or the account that the user belongs to.</param>
    /// <param name="jobId">The job that did not complete.</param>
    /// <param name="operationId">The request, in all its attempts.</param>
    /// <param name="expectedCents">What it may cost; null: whatever it costs now.</param>
    /// <param name="cancellationToken">Ends the wait, and the request unless it is past its first step.</param>
    public async Task<RetryResult> RetryAsync(
        Guid userId, Guid jobId, Guid operationId, long? expectedCents, CancellationToken cancellationToken)
    {
        if (await queries.FindWithWorkAsync(userId, jobId, cancellationToken) is not { } job)
        {
            return new RetryResult.NotFound();
        }
        if (job.Status is not (JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut))
        {
            return new RetryResult.NotRetryable(
                job.Status, "Only a job that ended as failed, cancelled or timed_out can be tried again.");
        }
        if (job.Work.UpscaleModel is { } model && pricing.ModelName(model) is null)
        {
            return new RetryResult.NotRetryable(job.Status, $"The model {model} is no longer offered.");
        }
        var specification = new JobSpecification(
            job.Type, job.ProjectId, job.SourceKey, job.PaidSeconds, job.Work, expectedCents, RetryOf: job.JobId);
        return new RetryResult.Asked(await acceptance.AcceptAsync(userId, operationId, specification, cancellationToken));
    }
}
