using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using LocalPostgres;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Runtime;

/// <summary>Keeps the process of one resource running: starts it, watches its health, starts it again when it ends.</summary>
internal abstract class Runner(IResource resource, RunContext context)
{
    private const int StartsBeforeGivingUp = 5;
    private static readonly TimeSpan HealthInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RareInterval = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource healthy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> checks = resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key).ToHashSet();
    private readonly Backoff backoff = new();
    private readonly Stopwatch sinceAsked = Stopwatch.StartNew();
    private int restarts;

    public IResource Resource => resource;

    public string Name => resource.Name;

    /// <summary>Completes when it is healthy for the first time; fails when that will never be.</summary>
    public Task Healthy => healthy.Task;

    public string State { get; private set; } = "waiting";

    public RunningResource Description => new(Name, State, ProcessId, restarts, Urls, Command);

    public abstract int? ProcessId { get; }

    public abstract IReadOnlyDictionary<string, string> Urls { get; }

    protected abstract string? Command { get; }

    protected RunContext Context => context;

    protected RecentLines Log { get; } = new(line => context.Output.Line(resource.Name, line));

    /// <summary>Runs until it is stopping, and leaves the process to <see cref="StopAsync"/>.</summary>
    public async Task SuperviseAsync(CancellationToken stopping)
    {
        var sinceStart = Stopwatch.StartNew();
        try
        {
            while (true)
            {
                var run = Stopwatch.StartNew();
                var reason = await RunOnceAsync(sinceStart, stopping);
                Become("stopped");
                restarts++;
                if (healthy.Task.IsFaulted)
                {
                    return;
                }
                if (!healthy.Task.IsCompleted && restarts >= StartsBeforeGivingUp)
                {
                    GiveUp($"{Name} {reason} before it was healthy, {restarts} times in a row.");
                    return;
                }
                var delay = backoff.After(run.Elapsed);
                context.Output.Note($"{Name} {reason}; it starts again in {delay.TotalSeconds:0.0} s");
                await Task.Delay(delay, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            healthy.TrySetCanceled(stopping);
        }
    }

    /// <summary>Ends the process, kindly at first, and returns when it is gone.</summary>
    public abstract Task StopAsync(CancellationToken force);

    /// <summary>Starts the process; the inner task completes with its exit code.</summary>
    protected abstract Task<Task<int>> LaunchAsync(CancellationToken cancellationToken);

    private async Task<string> RunOnceAsync(Stopwatch sinceStart, CancellationToken stopping)
    {
        try
        {
            var exited = await LaunchAsync(stopping);
            Become("starting");
            using var life = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var health = BecomeHealthyAsync(sinceStart, life.Token);
            var exitCode = await exited.WaitAsync(stopping);
            await life.CancelAsync();
            await health;
            return exitCode > 128 ? $"was ended by signal {exitCode - 128}" : $"ended with exit code {exitCode}";
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            healthy.TrySetException(new DistributedApplicationException($"{Name} cannot start: {failure.Message}", failure));
            return $"cannot start: {failure.Message}";
        }
    }

    private async Task BecomeHealthyAsync(Stopwatch sinceStart, CancellationToken cancellationToken)
    {
        try
        {
            while (await WhyUnhealthyAsync(cancellationToken) is { } why)
            {
                if (!healthy.Task.IsCompleted && sinceStart.Elapsed > context.StartTimeout)
                {
                    GiveUp($"{Name} was not healthy within {context.StartTimeout.TotalSeconds:0} s: {why}");
                    return;
                }
                await Task.Delay(HealthInterval, cancellationToken);
            }
            Become("running");
            if (!healthy.TrySetResult())
            {
                context.Output.Note($"{Name} is healthy again (process {ProcessId})");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It ended, or everything is stopping.
        }
    }

    private async Task<string?> WhyUnhealthyAsync(CancellationToken cancellationToken)
    {
        // A check that nobody answers costs exceptions, and a start is short of processor time:
        // while nobody listens, ask only now and then.
        if (sinceAsked.Elapsed < RareInterval && !await Ports.ListensAsync(resource, cancellationToken))
        {
            return "it does not listen yet.";
        }
        sinceAsked.Restart();
        var report = await context.Health.CheckHealthAsync(check => checks.Contains(check.Name), cancellationToken);
        return report.Status == HealthStatus.Healthy
            ? null
            : string.Join(' ', report.Entries.Values.Select(entry => entry.Description ?? entry.Exception?.Message));
    }

    private void GiveUp(string message) => healthy.TrySetException(
        new DistributedApplicationException($"{message}\nIts last lines:\n{Log}"));

    private void Become(string state)
    {
        State = state;
        context.Changed();
    }
}
