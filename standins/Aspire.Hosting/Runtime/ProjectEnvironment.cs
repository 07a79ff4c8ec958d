using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Runtime;

/// <summary>The environment of a project's process, by Aspire's conventions.</summary>
internal static class ProjectEnvironment
{
    // Meant for us, not for what we start: where to listen, how we were launched, and the secrets of all.
    private static readonly string[] NotInherited =
    [
        "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_URLS", "URLS", "HTTP_PORTS", "HTTPS_PORTS",
        "DOTNET_LAUNCH_PROFILE", "DataDirectory",
    ];

    private static readonly string[] Telemetry =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS"];

    public static async Task ApplyAsync(
        ProjectResource resource, RunContext context, IDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        foreach (var name in environment.Keys.Where(name => NotInherited.Contains(name) || name.StartsWith("Parameters__", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            environment.Remove(name);
        }
        var configuration = context.Configuration;
        var kind = configuration["DOTNET_ENVIRONMENT"] ?? configuration["ASPNETCORE_ENVIRONMENT"] ?? "Development";
        environment["ASPNETCORE_ENVIRONMENT"] = kind;
        environment["DOTNET_ENVIRONMENT"] = kind;
        environment["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        if (context.Output.Coloured)
        {
            environment["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
        }
        AddTelemetry(resource, context, environment);
        AddEndpoints(resource, environment);

        var variables = new Dictionary<string, object>();
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            annotation.Callback(variables);
        }
        foreach (var (name, value) in variables)
        {
            environment[name] = value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : (string)value;
        }
    }

    private static void AddEndpoints(ProjectResource resource, IDictionary<string, string?> environment)
    {
        var urls = new List<string>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.TargetPortEnvironmentVariable is { } variable)
            {
                environment[variable] = $"{endpoint.Port}";
            }
            else
            {
                urls.Add(new EndpointReference(resource, endpoint.Name).Url);
            }
        }
        if (urls.Count > 0)
        {
            environment["ASPNETCORE_URLS"] = string.Join(';', urls);
        }
    }

    private static void AddTelemetry(ProjectResource resource, RunContext context, IDictionary<string, string?> environment)
    {
        environment["OTEL_SERVICE_NAME"] = resource.Name;
        environment["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={RandomText.Create(8, special: false)}";
        if (string.IsNullOrEmpty(context.Configuration[Telemetry[0]]))
        {
            return;
        }
        foreach (var name in Telemetry.Where(name => !string.IsNullOrEmpty(context.Configuration[name])))
        {
            environment[name] = context.Configuration[name];
        }
        foreach (var name in (string[])["OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"])
        {
            environment[name] = "1000";
        }
        environment["OTEL_TRACES_SAMPLER"] = "always_on";
        environment["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
    }
}
