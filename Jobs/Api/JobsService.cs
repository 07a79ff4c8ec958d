using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The gRPC service.</summary>
internal sealed class JobsService(JobQueries queries) : V1.JobsService.JobsServiceBase
{
    public override async Task<GetJobResponse> GetJob(GetJobRequest request, ServerCallContext context)
    {
        var job = await queries.FindAsync(Id(request.UserId, "user_id"), Id(request.JobId, "job_id"), context.CancellationToken);
        return job?.ToResponse() ?? throw RpcErrors.Reject(StatusCode.NotFound, JobsErrorCodes.JobNotFound, "The user has no such job.");
    }

    private static Guid Id(string text, string field) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw RpcErrors.Reject(StatusCode.InvalidArgument, JobsErrorCodes.InvalidArgument, $"{field} must be a UUID.");
}
