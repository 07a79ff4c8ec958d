using System.Globalization;
using System.Reflection;
using LocalPostgres;

namespace ReelBallers.AppHost;

/// <summary>How our projects run.</summary>
internal static class Services
{
    private const int MaxReplicas = 16;

    /// <summary>
    /// One of our projects, as it was built with the AppHost: <c>dotnet run</c> around each would cost 64 MB and a second.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AddBuiltProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = new TProject().ProjectPath;
        var directory = Path.GetDirectoryName(project)!;
        var builtAs = typeof(Services).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == "BuiltAs").Value!;
#pragma warning disable ASPIRECERTIFICATES001 // Everything is plain HTTP here; otherwise the dashboard misses a certificate.
        return builder.AddProject<TProject>(name, launchProfileName: null)
            .WithoutHttpsCertificate()
            // Aspire turns this off for local development, and some of our links are secrets.
            .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "false")
            .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "false")
            .WithAnnotation(new ExecutableAnnotation
            {
                Command = Path.Combine(directory, "bin", builtAs, Path.GetFileNameWithoutExtension(project)),
                WorkingDirectory = directory,
            });
#pragma warning restore ASPIRECERTIFICATES001
    }

    /// <summary>A service on a free port that speaks HTTP/2 alone, and answers only callers that know the credential.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> environment,
        IResourceBuilder<ParameterResource> internalCredential)
        where TProject : IProjectMetadata, new() =>
        builder.AddBuiltProject<TProject>(name)
            .WithReplicatedHttpEndpoint(FreePort.Take())
            .WithoutLinks("http")
            .WithHttp2HealthCheck("/health")
            .WithHostEnvironment(environment)
            .WithEnvironment("Internal__Credential", internalCredential);

    /// <summary>
    /// An endpoint on that port: the process's own, or (with <c>--replicas N</c>) that of a proxy in front of N processes.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithReplicatedHttpEndpoint(this IResourceBuilder<ProjectResource> builder, int port)
    {
        var replicas = Replicas(builder.ApplicationBuilder);
        return replicas == 1
            ? builder.WithHttpEndpoint(port: port, targetPort: port, isProxied: false)
            : builder.WithHttpEndpoint(port: port).WithReplicas(replicas);
    }

    /// <summary>An endpoint of the process itself, whose port it is told by that variable.</summary>
    public static IResourceBuilder<ProjectResource> WithFixedHttpEndpoint(
        this IResourceBuilder<ProjectResource> builder, string name, int port, string variable) =>
        builder.WithHttpEndpoint(name: name, port: port, targetPort: port, env: variable, isProxied: false);

    /// <summary>Says which environment the process is to take itself for.</summary>
    public static IResourceBuilder<ProjectResource> WithHostEnvironment(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ParameterResource> environment) => builder
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", environment)
        .WithEnvironment("DOTNET_ENVIRONMENT", environment);

    /// <summary>A link in the dashboard to a page of the endpoint.</summary>
    public static IResourceBuilder<ProjectResource> WithLink(
        this IResourceBuilder<ProjectResource> builder, string endpoint, string path, string text) =>
        builder.WithUrlForEndpoint(
            endpoint, reference => new ResourceUrlAnnotation { Url = path, DisplayText = text, Endpoint = reference });

    /// <summary>Shows the endpoints' addresses only in the resource's details: there is nothing to see for a browser.</summary>
    public static IResourceBuilder<ProjectResource> WithoutLinks(
        this IResourceBuilder<ProjectResource> builder, params string[] endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            builder.WithUrlForEndpoint(endpoint, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
        }
        return builder;
    }

    private static int Replicas(IDistributedApplicationBuilder builder)
    {
        var text = builder.Configuration["replicas"] ?? "1";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) && replicas is >= 1 and <= MaxReplicas
            ? replicas
            : throw new DistributedApplicationException($"--replicas is '{text}', which is not a number from 1 to {MaxReplicas}.");
    }
}
