using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace ReelBallers.Gateway;

/// <summary>What all clusters have in common. A cluster of <c>ReverseProxy:Clusters</c> names its address, and may set others.</summary>
internal sealed class ClusterDefaults : IProxyConfigFilter
{
    private static readonly TimeSpan ActivityTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReactivationPeriod = TimeSpan.FromSeconds(10);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        var request = cluster.HttpRequest ?? new ForwarderRequestConfig();
        var health = cluster.HealthCheck ?? new HealthCheckConfig();
        return new(cluster with
        {
            HttpRequest = request with
            {
                Version = request.Version ?? HttpVersion.Version20,
                VersionPolicy = request.VersionPolicy ?? HttpVersionPolicy.RequestVersionExact,
                ActivityTimeout = request.ActivityTimeout ?? ActivityTimeout,
            },
            HealthCheck = health with
            {
                AvailableDestinationsPolicy = health.AvailableDestinationsPolicy ?? "HealthyOrPanic",
                Passive = health.Passive
                    ?? new() { Enabled = true, Policy = "TransportFailureRate", ReactivationPeriod = ReactivationPeriod },
            },
        });
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);
}
