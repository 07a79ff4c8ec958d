namespace ReelBallers.AppHost;

/// <summary>What all services behind the Gateway have in common.</summary>
internal static class Services
{
    /// <summary>A service on a free port that speaks HTTP/2 alone, and answers only whoever knows the credential.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> internalCredential)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name)
            .WithHttpEndpoint()
            .WithHttp2HealthCheck("/health")
            .WithEnvironment("Internal__Credential", internalCredential);
}
