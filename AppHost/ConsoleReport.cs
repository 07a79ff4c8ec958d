using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ReelBallers.AppHost;

/// <summary>Where to look, on the console first of all; when everything is ready; and <c>running.json</c>, for scripts.</summary>
internal sealed class ConsoleReport(
    DistributedApplicationModel model, ResourceNotificationService notifications, DataDirectory data, IConfiguration configuration,
    TimeProvider time) : BackgroundService
{
    private readonly Dictionary<string, RunningResource> _resources = [];
    private readonly long _started = time.GetTimestamp();
    private bool _ready;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"App        {AppUrl()} (ready in a moment)");
        Console.WriteLine($"Dashboard  {DashboardUrl() ?? "off"}");
        Console.WriteLine($"Data       {data.Location}");
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            if (ProcessCommands.IsOurs(change.Resource) && Update(change))
            {
                Report();
            }
        }
    }

    private bool Update(ResourceEvent change)
    {
        var before = _resources.GetValueOrDefault(change.ResourceId);
        var processId = ProcessCommands.ProcessId(change.Snapshot) ?? before?.ProcessId;
        var isAnother = before?.ProcessId is { } known && processId is { } now && known != now;
        var health = change.Snapshot.HealthStatus?.ToString();
        var after = new RunningResource(
            change.Resource.Name, change.Snapshot.State?.Text, health, processId,
            (before?.Restarts ?? 0) + (isAnother ? 1 : 0), Urls(change.Resource));
        _resources[change.ResourceId] = after;
        return before is null || before with { Urls = after.Urls } != after;
    }

    private void Report()
    {
        var isReady = model.Resources.Where(ProcessCommands.IsOurs)
            .All(ours => _resources.Values.Any(resource => resource.Name == ours.Name))
            && _resources.Values.All(resource => resource is { State: "Running", Health: nameof(HealthStatus.Healthy) });
        if (isReady && !_ready)
        {
            _ready = true;
            var seconds = time.GetElapsedTime(_started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            Console.WriteLine($"Ready in {seconds} s: {AppUrl()}   Ctrl-C stops everything.");
        }
        var resources = _resources.Values.OrderBy(resource => resource.Name, StringComparer.Ordinal).ToList();
        data.WriteRunning(new Running(_ready, Environment.ProcessId, DashboardUrl(), resources));
    }

    private static bool IsDashboard(IResource resource) => resource.Name == "aspire-dashboard";

    private static Dictionary<string, string> Urls(IResource resource) => resource.Annotations.OfType<EndpointAnnotation>()
        .Where(endpoint => endpoint.AllocatedEndpoint is not null)
        .ToDictionary(endpoint => endpoint.Name, endpoint => endpoint.AllocatedEndpoint!.UriString);

    private string AppUrl()
    {
        var endpoint = model.Resources.Single(resource => resource.Name == "gateway").Annotations.OfType<EndpointAnnotation>().First();
        return $"http://localhost:{endpoint.Port}";
    }

    private string? DashboardUrl()
    {
        var url = configuration["ASPNETCORE_URLS"]?.Split(';')[0];
        return url is null || model.Resources.All(resource => !IsDashboard(resource))
            ? null
            : configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{url}/login?t={token}" : url;
    }
}
