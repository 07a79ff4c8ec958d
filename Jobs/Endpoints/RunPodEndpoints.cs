using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>An endpoint that takes a job, and its share.</summary>
internal readonly record struct WeightedEndpoint(string Id, int Weight);

/// <summary>Which endpoints take which jobs, by configuration.</summary>
internal sealed class RunPodEndpoints(IOptions<RunPodOptions> options)
{
    /// <summary>All endpoints that jobs are submitted to.</summary>
    public IReadOnlyList<string> All { get; } =
        [.. options.Value.Endpoints.Select(endpoint => endpoint.Id).Append(options.Value.EndpointId).Distinct()];

    /// <summary>The listed endpoints that take the jobs of a lane, or the default one.</summary>
    public IReadOnlyList<WeightedEndpoint> For(Lane lane)
    {
        var listed = options.Value.Endpoints.Where(endpoint => endpoint.Takes(lane.Type, lane.Model))
            .Select(endpoint => new WeightedEndpoint(endpoint.Id, endpoint.Weight)).ToList();
        return listed.Count > 0 ? listed : [new WeightedEndpoint(options.Value.EndpointId, 1)];
    }

    /// <summary>What a second on the endpoint's GPU costs, in millionths of a dollar; 0 when it is not known.</summary>
    public long MicrodollarsPerSecond(string endpointId) =>
        options.Value.Endpoints.Find(endpoint => endpoint.Id == endpointId)?.MicrodollarsPerSecond
            ?? options.Value.MicrodollarsPerSecond;
}
