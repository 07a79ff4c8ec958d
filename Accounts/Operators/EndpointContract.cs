using Endpoint = ReelBallers.Jobs.V1.Endpoint;

namespace ReelBallers.Accounts;

/// <summary>Body of <c>POST /api/admin/endpoints/{endpoint_id}/pause</c>.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Minutes">For how long; null: until it is resumed.</param>
internal sealed record EndpointPauseBody(string? Reason = null, int? Minutes = null) : ActBody(Reason);

/// <summary>Response of <c>GET /api/admin/endpoints</c>.</summary>
internal sealed record EndpointsResponse(IReadOnlyList<EndpointResponse> Endpoints);

/// <summary>
/// An endpoint of RunPod. The times are null unless it is paused, <c>paused_until</c> also when that lasts until it is resumed;
/// <c>pause_reason</c> is that of the last pause. What RunPod says is null when it has not lately.
/// </summary>
internal sealed record EndpointResponse(
    string EndpointId, bool Paused, DateTimeOffset? PausedAt, DateTimeOffset? PausedUntil, string? PauseReason, bool Suspended,
    long OpenRuns, long? QueuedJobs, long? Workers);

/// <summary>Response of the act that pauses an endpoint; null: until it is resumed.</summary>
internal sealed record EndpointPausedResponse(Guid ActId, DateTimeOffset? PausedUntil);

/// <summary>Maps endpoints to responses.</summary>
internal static class EndpointMapping
{
    public static EndpointResponse ToResponse(Endpoint endpoint) => new(
        endpoint.EndpointId, endpoint.Paused, endpoint.PausedAt?.ToDateTimeOffset(), endpoint.PausedUntil?.ToDateTimeOffset(),
        OperatorMapping.NullIfEmpty(endpoint.PauseReason), endpoint.Suspended, endpoint.OpenRuns,
        endpoint.HasQueuedJobs ? endpoint.QueuedJobs : null, endpoint.HasWorkers ? endpoint.Workers : null);
}
