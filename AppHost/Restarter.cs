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
    private readonly Dictionary<string, Life> _lives = [];
    private bool _hasGivenUp;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var restarts = new List<Task>();
        try
        {
            await foreach (var change in notifications.WatchAsync(both.Token))
            {
                if (ProcessCommands.IsOurs(change.Resource) && See(change) is { } life)
                {
                    restarts.RemoveAll(restart => restart.IsCompletedSuccessfully);
                    restarts.Add(RestartAsync(change, life, both.Token));
                }
            }
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            await Task.WhenAll(restarts);
        }
    }

    /// <summary>Keeps book of a resource; gives it back when it has just ended without having been stopped.</summary>
    private Life? See(ResourceEvent change)
    {
        if (!_lives.TryGetValue(change.ResourceId, out var life))
        {
            _lives[change.ResourceId] = life = new Life();
        }
        var state = change.Snapshot.State?.Text;
        if (state == KnownResourceStates.Running)
        {
            if (life.State != state)
            {
                life.Since = time.GetTimestamp();
            }
            life.WasHealthy |= change.Snapshot.HealthStatus is Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;
        }
        var hasEnded = state is not null && KnownResourceStates.TerminalStates.Contains(state)
            && life.State is not null && !KnownResourceStates.TerminalStates.Contains(life.State);
        var wasStopped = life.State == KnownResourceStates.Stopping;
        life.State = state ?? life.State;
        return hasEnded && !wasStopped ? life : null;
    }

    private async Task RestartAsync(ResourceEvent change, Life life, CancellationToken cancellationToken)
    {
        if (_hasGivenUp)
        {
            return;
        }
        var name = change.Resource.Name;
        var neverRan = change.Snapshot.State?.Text == KnownResourceStates.FailedToStart;
        var reason = neverRan
            ? "could not be started"
            : $"ended with exit code {change.Snapshot.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}";
        try
        {
            if (!life.WasHealthy && (++life.Failures >= StartsBeforeGivingUp || neverRan))
            {
                _hasGivenUp = true;
                LogGivenUp(name, reason, await LastLinesAsync(change, cancellationToken));
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
            var delay = life.Backoff.After(time.GetElapsedTime(life.Since));
            LogRestart(logger, name, reason, delay.TotalSeconds);
            LogRestart(logs.GetLogger(change.Resource), name, reason, delay.TotalSeconds);
            await Task.Delay(delay, time, cancellationToken);
            var result = await commands.ExecuteCommandAsync(change.ResourceId, KnownResourceCommands.StartCommand, cancellationToken);
            if (!result.Success && !cancellationToken.IsCancellationRequested)
            {
                LogNotStarted(name, result.Message);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Everything is stopping.
        }
    }

    private async Task<string> LastLinesAsync(ResourceEvent change, CancellationToken cancellationToken)
    {
        var read = await ReadLinesAsync(change.Resource, cancellationToken);
        // The news of an end may come before what the process has written. Why it has ended is usually among its errors.
        for (var reads = 1; !read.Any(line => line.IsErrorMessage) && reads < MaxLineReads; reads++)
        {
            await Task.Delay(LineReadInterval, time, cancellationToken);
            read = await ReadLinesAsync(change.Resource, cancellationToken);
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

    /// <summary>What is known of a process and its predecessors.</summary>
    private sealed class Life
    {
        public string? State { get; set; }

        public long Since { get; set; }

        public bool WasHealthy { get; set; }

        public int Failures { get; set; }

        public Backoff Backoff { get; } = new();
    }

    [LoggerMessage(LogLevel.Warning, "{Resource} {Reason}; it starts again in {Seconds:0.0} s")]
    private static partial void LogRestart(ILogger logger, string resource, string reason, double seconds);

    [LoggerMessage(LogLevel.Error, "{Resource} {Reason} before it was ever healthy. Its last lines:\n{Lines}")]
    private partial void LogGivenUp(string resource, string reason, string lines);

    [LoggerMessage(LogLevel.Error, "{Resource} could not be started again: {Reason}")]
    private partial void LogNotStarted(string resource, string? reason);
}
