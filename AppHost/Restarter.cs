using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ReelBallers.AppHost;

/// <summary>
/// Starts a process again that ended by itself, and ends the AppHost when one never gets to run: its last lines say why.
/// </summary>
internal sealed partial class Restarter(
    ResourceNotificationService notifications, ResourceCommandService commands, ResourceLoggerService logs,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Restarter> logger) : BackgroundService
{
    private const int StartsBeforeGivingUp = 3;
    // Aspire's own lines about the start are among them.
    private const int LinesShown = 20;
    private const int MaxLineReads = 20;
    private static readonly TimeSpan LineReadInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, (IResource Resource, ProcessLife Life)> _processes = [];
    private readonly List<Task> _restarts = [];
    private readonly Lock _lock = new();
    private bool _hasGivenUp;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await Task.WhenAll(WatchAsync(both.Token), SweepAsync(both.Token));
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            await Task.WhenAll(_restarts);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            if (ProcessCommands.IsOurs(change.Resource))
            {
                lock (_lock)
                {
                    if (!_processes.TryGetValue(change.ResourceId, out var process))
                    {
                        _processes[change.ResourceId] = process = (change.Resource, new ProcessLife(time));
                    }
                    process.Life.See(change.Snapshot);
                    RestartEnded(change.ResourceId, cancellationToken);
                }
            }
        }
    }

    // A start can fail without any news, and an end during a start is news of which nothing was done.
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SweepInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            lock (_lock)
            {
                foreach (var resourceId in _processes.Keys)
                {
                    RestartEnded(resourceId, cancellationToken);
                }
            }
        }
    }

    private void RestartEnded(string resourceId, CancellationToken cancellationToken)
    {
        var (resource, life) = _processes[resourceId];
        if (!_hasGivenUp && life.TryBeginRestart())
        {
            _restarts.RemoveAll(restart => restart.IsCompletedSuccessfully);
            _restarts.Add(RestartAsync(resourceId, resource, life, cancellationToken));
        }
    }

    private async Task RestartAsync(string resourceId, IResource resource, ProcessLife life, CancellationToken cancellationToken)
    {
        var snapshot = life.Latest;
        var neverRan = snapshot.State?.Text == KnownResourceStates.FailedToStart;
        var reason = neverRan
            ? "could not be started"
            : $"ended with exit code {snapshot.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}";
        try
        {
            if (!life.WasHealthy && (life.Failures >= StartsBeforeGivingUp || neverRan))
            {
                _hasGivenUp = true;
                LogGivenUp(resource.Name, reason, await LastLinesAsync(resource, cancellationToken));
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
            var delay = life.NextDelay();
            LogRestart(logger, resource.Name, reason, delay.TotalSeconds);
            LogRestart(logs.GetLogger(resource), resource.Name, reason, delay.TotalSeconds);
            await Task.Delay(delay, time, cancellationToken);
            var result = await commands.ExecuteCommandAsync(resourceId, KnownResourceCommands.StartCommand, cancellationToken);
            if (!result.Success && !cancellationToken.IsCancellationRequested)
            {
                LogNotStarted(resource.Name, result.Message);
            }
            lock (_lock)
            {
                life.Restarted();
                // It may have ended again meanwhile.
                RestartEnded(resourceId, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Everything is stopping.
        }
    }

    private async Task<string> LastLinesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var read = await ReadLinesAsync(resource, cancellationToken);
        // The news of an end may come before what the process has written. Why it has ended is usually among its errors.
        for (var reads = 1; !read.Any(line => line.IsErrorMessage) && reads < MaxLineReads; reads++)
        {
            await Task.Delay(LineReadInterval, time, cancellationToken);
            read = await ReadLinesAsync(resource, cancellationToken);
        }
        var lines = read.SelectMany(line => line.Content.Split('\n')).Select(line => Timestamp().Replace(line, ""));
        return string.Join('\n', lines.Where(line => !StackTrace().IsMatch(line)).Distinct().TakeLast(LinesShown));
    }

    private async Task<List<LogLine>> ReadLinesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var lines = new List<LogLine>();
        await foreach (var page in logs.GetAllAsync(resource).WithCancellation(cancellationToken))
        {
            lines.AddRange(page);
        }
        return lines;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\S+Z ")]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"^\s+at |^\s*--- End of |^\s*$")]
    private static partial Regex StackTrace();

    [LoggerMessage(LogLevel.Warning, "{Resource} {Reason}; it starts again in {Seconds:0.0} s")]
    private static partial void LogRestart(ILogger logger, string resource, string reason, double seconds);

    [LoggerMessage(LogLevel.Error, "{Resource} {Reason} before it was ever healthy. Its last lines:\n{Lines}")]
    private partial void LogGivenUp(string resource, string reason, string lines);

    [LoggerMessage(LogLevel.Error, "{Resource} could not be started again: {Reason}")]
    private partial void LogNotStarted(string resource, string? reason);
}
