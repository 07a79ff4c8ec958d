using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The gRPC API, for other services and operators.</summary>
internal sealed partial class JobsService(
    JobQueries queries, JobCancellation cancellation, JobRetries retries, DeadIntents deadIntents, EndpointPauses pauses,
    EndpointStates endpoints, JobFigures figures, EventStreams<JobsDbContext, EndedJob> endedJobs)
    : V1.JobsService.JobsServiceBase
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    public override async Task<GetJobResponse> GetJob(GetJobRequest request, ServerCallContext context)
    {
        var job = await queries.FindAsync(Id(request.UserId, "user_id"), Id(request.JobId, "job_id"), context.CancellationToken);
        return job?.ToResponse() ?? throw RpcErrors.Reject(StatusCode.NotFound, JobsErrorCodes.JobNotFound, "The user has no such job.");
    }

    public override async Task<GetReceiptResponse> GetReceipt(GetReceiptRequest request, ServerCallContext context)
    {
        var receipt = await queries.FindReceiptAsync(Id(request.JobId, "job_id"), context.CancellationToken);
        return receipt?.ToResponse() ?? throw JobNotFound();
    }

    public override async Task<ListDeadIntentsResponse> ListDeadIntents(ListDeadIntentsRequest request, ServerCallContext context)
    {
        DeadIntentCursor? after = DeadIntentCursor.TryParse(request.Cursor, out var cursor) ? cursor : null;
        if (request.Limit is < 0 or > MaxPage || (after is null && request.Cursor.Length > 0))
        {
            throw Invalid("limit must be 0 to 100, and cursor the next_cursor of a page.");
        }
        var limit = request.Limit == 0 ? DefaultPage : request.Limit;
        var dead = await deadIntents.ListAsync(after, limit + 1, context.CancellationToken);
        var response = new ListDeadIntentsResponse { NextCursor = dead.Count > limit ? dead[limit - 1].Cursor.ToString() : "" };
        response.Intents.AddRange(dead.Take(limit).Select(one => one.ToMessage()));
        return response;
    }

    public override async Task<ReplayIntentResponse> ReplayIntent(ReplayIntentRequest request, ServerCallContext context)
    {
        var kind = IntentKinds.TryParse(request.Kind)
            ?? throw Invalid($"kind must be one of {string.Join(", ", Enum.GetValues<IntentKind>().Select(IntentKinds.ToText))}.");
        return await deadIntents.ReplayAsync(Id(request.JobId, "job_id"), kind, context.CancellationToken) switch
        {
            ReplayOutcome.Due => new ReplayIntentResponse(),
            ReplayOutcome.NotFound => throw RpcErrors.Reject(
                StatusCode.NotFound, JobsErrorCodes.IntentNotFound, "The job has no such step to do."),
            ReplayOutcome.NotDead => throw RpcErrors.Reject(
                StatusCode.FailedPrecondition, JobsErrorCodes.IntentNotDead, "The step is still being tried."),
        };
    }

    public override Task WatchEndedJobs(
        WatchEndedJobsRequest request, IServerStreamWriter<V1.EndedJob> responseStream, ServerCallContext context) =>
        request.AfterSequence < 0
            ? throw Invalid("after_sequence must not be negative.")
            : endedJobs.WriteAsync(
                request.AfterSequence,
                (_, ended, _) => Task.FromResult<IReadOnlyList<V1.EndedJob>>([.. ended.Select(job => job.ToMessage())]),
                responseStream, context.CancellationToken);

    private static Guid Id(string text, string field) =>
        Guid.TryParseExact(text, "D", out var id) ? id : throw Invalid($"{field} must be a UUID.");

    private static RpcException JobNotFound() =>
        RpcErrors.Reject(StatusCode.NotFound, JobsErrorCodes.JobNotFound, "There is no such job.");

    private static RpcException Invalid(string detail) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, JobsErrorCodes.InvalidArgument, detail);
}
