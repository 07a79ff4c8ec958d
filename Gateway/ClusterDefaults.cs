using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace ReelBallers.Gateway;

/// <summary>What all clusters have in common. A cluster of <c>ReverseProxy:Clusters</c> names its address, and may set others.</summary>
internal sealed class ClusterDefaults : IProxyConfigFilter
{
    /// <summary>How long a replica with too many failed requests is left out; failures are counted as long.</summary>
    public static readonly TimeSpan ReactivationPeriod = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ActivityTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(3);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        var request = cluster.HttpRequest ?? new ForwarderRequestConfig();
        var health = cluster.HealthCheck ?? new HealthCheckConfig();
        return new(cluster with
        {
            LoadBalancingPolicy = cluster.LoadBalancingPolicy ?? LoadBalancingPolicies.PowerOfTwoChoices,
            HttpRequest = request with
            {
                Version = request.Version ?? HttpVersion.Version20,
                VersionPolicy = request.VersionPolicy ?? HttpVersionPolicy.RequestVersionExact,
                ActivityTimeout = request.ActivityTimeout ?? ActivityTimeout,
            },
            HealthCheck = health with
            {
                AvailableDestinationsPolicy = health.AvailableDestinationsPolicy ?? "HealthyOrPanic",
                Active = health.Active ?? new()
                {
                    Enabled = true,
                    Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                    Path = "/alive",
                    Interval = ProbeInterval,
                    Timeout = ProbeTimeout,
                },
                Passive = health.Passive
                    ?? new() { Enabled = true, Policy = "TransportFailureRate", ReactivationPeriod = ReactivationPeriod },
            },
        });
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);
}
