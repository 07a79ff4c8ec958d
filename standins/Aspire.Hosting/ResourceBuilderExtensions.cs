using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>How resources are wired to each other.</summary>
public static class ResourceBuilderExtensions
{
    private static readonly HttpClient HealthClient = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Gives the variable a value.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithVariable(name, value ?? "");

    /// <summary>Gives the variable a text with values in it that may be known only later.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, in ReferenceExpression.ExpressionInterpolatedStringHandler value)
        where T : IResourceWithEnvironment => builder.WithVariable(name, value.ToExpression());

    /// <summary>Gives the variable a text with values in it that may be known only later.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.WithVariable(name, value);

    /// <summary>Gives the variable the URL of an endpoint.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.WithVariable(name, endpointReference);

    /// <summary>Gives the variable the value of a parameter.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.WithVariable(name, parameter.Resource);

    /// <summary>Lets the resource find the other one: <c>services__{name}__http__0</c> and so on.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.DependsOn(source.Resource).WithAnnotation(new EnvironmentCallbackAnnotation(variables =>
        {
            var index = 0;
            foreach (var endpoint in source.Resource.Annotations.OfType<EndpointAnnotation>())
            {
                // Endpoints that are told to the process by a variable of their own have a name of their own, too.
                var key = endpoint.TargetPortEnvironmentVariable is null ? $"http__{index++}" : $"{endpoint.Name}__0";
                variables[$"services__{source.Resource.Name}__{key}"] = new EndpointReference(source.Resource, endpoint.Name);
            }
        }));

    /// <summary>Gives the resource the connection string: <c>ConnectionStrings__{name}</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null)
        where TDestination : IResourceWithEnvironment =>
        builder.DependsOn(source.Resource).WithVariable($"ConnectionStrings__{connectionName ?? source.Resource.Name}", source.Resource);

    /// <summary>Lets the resource listen: on this port, or on any free one. There is no proxy in front of it, whatever is asked for.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="port">Null for any free one.</param>
    /// <param name="targetPort">Without a proxy the same as <paramref name="port"/>.</param>
    /// <param name="name">Of the endpoint; <c>http</c> by default.</param>
    /// <param name="env">The variable that tells the resource the port, instead of ASPNETCORE_URLS.</param>
    /// <param name="isProxied">Without effect.</param>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool isProxied = true)
        where T : IResourceWithEndpoints
    {
        var wanted = port ?? targetPort;
        return builder.WithAnnotation(new EndpointAnnotation(name ?? "http", wanted, env) { IsFixed = wanted is not null });
    }

    /// <summary>Says that people outside the application use the resource.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.IsExternal = true;
        }
        return builder;
    }

    /// <summary>The endpoint, whose URL is known only when the application runs.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>Starts the resource once the other one runs and is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.WithAnnotation(new WaitAnnotation(dependency.Resource));

    /// <summary>Makes a check that is registered in the builder's services part of the resource's health.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource => builder.WithAnnotation(new HealthCheckAnnotation(key));

    /// <summary>The resource is healthy when it answers this over HTTP/1.1 with the status (200 by default).</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.GetEndpoint(endpointName ?? "http");
        var (wantedPath, wantedStatus) = (path ?? "/", statusCode ?? 200);
        var key = $"{builder.Resource.Name}_{endpoint.EndpointName}_{wantedPath}_{wantedStatus}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            using var response = await HealthClient.GetAsync(new Uri(new Uri(endpoint.Url), wantedPath), cancellationToken);
            return (int)response.StatusCode == wantedStatus
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"{wantedPath} answers {(int)response.StatusCode}, not {wantedStatus}.");
        });
        return builder.WithHealthCheck(key);
    }

    private static IResourceBuilder<T> DependsOn<T>(this IResourceBuilder<T> builder, IResource other)
        where T : IResource => builder.WithAnnotation(new ReferenceAnnotation(other));

    private static IResourceBuilder<T> WithVariable<T>(this IResourceBuilder<T> builder, string name, object value)
        where T : IResourceWithEnvironment =>
        builder.WithAnnotation(new EnvironmentCallbackAnnotation(variables => variables[name] = value));
}
