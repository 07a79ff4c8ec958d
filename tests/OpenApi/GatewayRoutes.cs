using Microsoft.Extensions.Configuration;
using ReelBallers.TestKit;

namespace ReelBallers.OpenApi.Tests;

/// <summary>The Gateway's routes to the services.</summary>
internal static class GatewayRoutes
{
    /// <summary>All of <c>Gateway/appsettings.json</c>.</summary>
    public static IReadOnlyList<IConfigurationSection> All { get; } =
    [
        .. new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Root, "Gateway", "appsettings.json")).Build()
            .GetSection("ReverseProxy:Routes").GetChildren(),
    ];
}
