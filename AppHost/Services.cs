namespace ReelBallers.AppHost;

/// <summary>What all services behind the Gateway have in common.</summary>
internal static class Services
{
    /// <summary>A service on a free port that speaks HTTP/2 alone, and answers only callers that know the credential.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> environment,
        IResourceBuilder<ParameterResource> internalCredential)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name)
            .WithHttpEndpoint()
            .WithHttp2HealthCheck("/health")
            .WithHostEnvironment(environment)
            .WithEnvironment("Internal__Credential", internalCredential);

    /// <summary>Says which environment the process is to take itself for.</summary>
    public static IResourceBuilder<ProjectResource> WithHostEnvironment(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ParameterResource> environment) => builder
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", environment)
        .WithEnvironment("DOTNET_ENVIRONMENT", environment);
}
