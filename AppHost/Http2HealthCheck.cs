using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ReelBallers.AppHost;

/// <summary>The health of a service that speaks HTTP/2 alone, without TLS: it answers the usual check, over HTTP/1.1, with 400.</summary>
internal static class Http2HealthCheck
{
    private static readonly HttpClient Client = new()
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(5),
    };

    public static IResourceBuilder<ProjectResource> WithHttp2HealthCheck(this IResourceBuilder<ProjectResource> builder, string path)
    {
        var endpoint = builder.GetEndpoint("http");
        var key = $"{builder.Resource.Name}_http2_{path}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            using var response = await Client.GetAsync(new Uri(new Uri(endpoint.Url), path), cancellationToken);
            return response.IsSuccessStatusCode
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(
                    $"{path} answers {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        });
        return builder.WithHealthCheck(key);
    }
}
