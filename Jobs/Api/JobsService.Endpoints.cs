using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The endpoints of RunPod, for operators.</summary>
internal sealed partial class JobsService
{
    private const int MaxPauseMinutes = 30 * 24 * 60;
    private const int MaxPauseReason = 400;

    public override async Task<ListEndpointsResponse> ListEndpoints(ListEndpointsRequest request, ServerCallContext context)
    {
        var response = new ListEndpointsResponse();
        response.Endpoints.AddRange((await endpoints.ReadAsync(context.CancellationToken)).Select(state => state.ToMessage()));
        return response;
    }

    public override async Task<PauseEndpointResponse> PauseEndpoint(PauseEndpointRequest request, ServerCallContext context)
    {
        if (request.Reason.Length is 0 or > MaxPauseReason || request.Reason.Contains('\0', StringComparison.Ordinal)
            || request.Minutes is < 0 or > MaxPauseMinutes)
        {
            throw Invalid($"reason must be 1 to {MaxPauseReason} characters, and minutes 0 to {MaxPauseMinutes}.");
        }
        CheckEndpoint(request.EndpointId);
        TimeSpan? duration = request.Minutes == 0 ? null : TimeSpan.FromMinutes(request.Minutes);
        var until = await pauses.PauseByOperatorAsync(request.EndpointId, request.Reason, duration, context.CancellationToken);
        return new PauseEndpointResponse { PausedUntil = until?.ToTimestamp() };
    }

    public override async Task<ResumeEndpointResponse> ResumeEndpoint(ResumeEndpointRequest request, ServerCallContext context)
    {
        CheckEndpoint(request.EndpointId);
        return new ResumeEndpointResponse
        {
            WasPaused = await pauses.ResumeAsync(request.EndpointId, context.CancellationToken),
        };
    }

    private void CheckEndpoint(string endpointId)
    {
        if (!endpoints.Has(endpointId))
        {
            throw RpcErrors.Reject(StatusCode.NotFound, JobsErrorCodes.EndpointNotFound, "No job is submitted to such an endpoint.");
        }
    }
}
