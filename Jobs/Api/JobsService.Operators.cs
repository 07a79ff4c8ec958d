using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Jobs of any user, for operators.</summary>
internal sealed partial class JobsService
{
    public override async Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        var userId = Id(request.UserId, "user_id");
        JobCursor? after = JobCursor.TryParse(request.Cursor, out var cursor) ? cursor : null;
        if (request.Limit is < 0 or > MaxPage || (after is null && request.Cursor.Length > 0))
        {
            throw Invalid("limit must be 0 to 100, and cursor the next_cursor of a page.");
        }
        var limit = request.Limit == 0 ? DefaultPage : request.Limit;
        var found = await queries.ListReceiptsAsync(userId, after, limit, context.CancellationToken);
        var response = new ListJobsResponse();
        response.Jobs.AddRange(found.Take(limit).Select(receipt => receipt.ToListed()));
        if (found.Count > limit)
        {
            response.NextCursor = new JobCursor(found[limit - 1].Job.CreatedAt, found[limit - 1].Job.JobId).ToString();
        }
        return response;
    }

    public override async Task<CancelJobResponse> CancelJob(CancelJobRequest request, ServerCallContext context)
    {
        var jobId = Id(request.JobId, "job_id");
        var owner = await OwnerAsync(jobId, context.CancellationToken);
        var outcome = await cancellation.CancelAsync(owner, jobId, context.CancellationToken);
        var job = await queries.FindAsync(owner, jobId, context.CancellationToken) ?? throw JobNotFound();
        // One that was not found by the cancellation is in the history; one that was cancelled already may have been by this call before.
        return outcome == CancelOutcome.Cancelled || (job.Outcome ?? job.Status) == JobStatus.Cancelled
            ? new CancelJobResponse { Status = job.Status.ToProto() }
            : throw RpcErrors.Reject(StatusCode.FailedPrecondition, JobsErrorCodes.JobNotCancellable, "The job has ended.");
    }

    public override async Task<RetryJobResponse> RetryJob(RetryJobRequest request, ServerCallContext context)
    {
        var (jobId, operationId) = (Id(request.JobId, "job_id"), Id(request.OperationId, "operation_id"));
        if (request.ExpectedCents < 0)
        {
            throw Invalid("expected_cents must be 0 or more.");
        }
        var owner = await OwnerAsync(jobId, context.CancellationToken);
        var expected = request.ExpectedCents == 0 ? (long?)null : request.ExpectedCents;
        return await retries.RetryAsync(owner, jobId, operationId, expected, context.CancellationToken) switch
        {
            RetryResult.Asked { Result: AcceptResult.Accepted accepted } => new RetryJobResponse
            {
                JobId = accepted.JobId.ToString(),
                UserId = owner.ToString(),
                CostCents = accepted.CostCents,
                BalanceCents = accepted.BalanceCents,
            },
            RetryResult.Asked asked => throw Rejection(asked.Result),
            RetryResult.NotRetryable rejected => throw Precondition(JobsErrorCodes.JobNotRetryable, rejected.Detail),
            _ => throw JobNotFound(),
        };
    }

    private async Task<Guid> OwnerAsync(Guid jobId, CancellationToken cancellationToken) =>
        await queries.OwnerOfAsync(jobId, cancellationToken) ?? throw JobNotFound();

    private static RpcException Rejection(AcceptResult result) => result switch
    {
        AcceptResult.PriceChanged changed => Precondition(
            JobsErrorCodes.PriceChanged, FormattableString.Invariant($"The job costs {changed.CostCents} credits now.")),
        AcceptResult.Invalid invalid => Precondition(
            JobsErrorCodes.JobNotRetryable, string.Join(" ", invalid.Errors.Select(error => $"{error.Field} {error.Message}."))),
        AcceptResult.SourceNotFound => RpcErrors.Reject(
            StatusCode.NotFound, JobsErrorCodes.SourceNotFound, "The source of the job is gone."),
        AcceptResult.InsufficientFunds funds => Precondition(
            JobsErrorCodes.InsufficientFunds,
            FormattableString.Invariant($"The job costs {funds.RequiredCents} credits, and the wallet has {funds.BalanceCents}.")),
        AcceptResult.WalletFrozen => Precondition(JobsErrorCodes.WalletFrozen, "The wallet is frozen."),
        AcceptResult.WalletJoined => Precondition(JobsErrorCodes.WalletJoined, "The wallet was joined into another one."),
        AcceptResult.TooManyOpenJobs open => Precondition(
            JobsErrorCodes.TooManyOpenJobs,
            FormattableString.Invariant($"At most {open.Limit} jobs of a user can be open at the same time.")),
        AcceptResult.StorageUnavailable => RpcErrors.Reject(
            StatusCode.Unavailable, JobsErrorCodes.StorageUnavailable, "The storage is unavailable; nothing was started."),
        AcceptResult.Unavailable => RpcErrors.Reject(
            StatusCode.Unavailable, JobsErrorCodes.WalletUnavailable, "The wallet did not answer; a hold that was placed is released."),
        _ => new RpcException(new Status(StatusCode.Internal, $"The job was not started: {result.GetType().Name}.")),
    };

    private static RpcException Precondition(string code, string detail) =>
        RpcErrors.Reject(StatusCode.FailedPrecondition, code, detail);
}
