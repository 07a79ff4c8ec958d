using Grpc.Core;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The dependencies of every loop.</summary>
internal sealed record IntentLoopParts(
    IntentQueue Queue, IntentSignals Signals, JobStore Store, IOptions<JobsOptions> Options, ServiceTracer Tracer, JobsMeter Meter,
    TimeProvider Time, ILoggerFactory Loggers);

/// <summary>
/// Processes the due intents of one kind, several at a time. Any number of replicas may run it. An attempt that throws
/// is logged and retried with an exponential delay.
/// </summary>
internal abstract partial class IntentLoop(IntentKind kind, int concurrency, IntentLoopParts parts) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(15);

    private readonly ILogger _logger = parts.Loggers.CreateLogger($"ReelBallers.Jobs.{kind}");
    private readonly string _spanName = $"{kind.ToText()} job";
    private readonly HashSet<Task> _running = [];
    private readonly OutageReporter _leasing = new(
        parts.Loggers.CreateLogger($"ReelBallers.Jobs.{kind}"), $"The {kind} intents could not be read");

    protected JobStore Store => parts.Store;

    protected JobsOptions Options => parts.Options.Value;

    protected DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>Leases intents that are due.</summary>
    protected virtual Task<IReadOnlyList<Lease>> LeaseDueAsync(int limit, CancellationToken cancellationToken) =>
        parts.Queue.LeaseAsync(kind, limit, cancellationToken);

    protected abstract Task HandleAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>A last look before the step is given up: whether its job was found to have delivered, and was ended so.</summary>
    protected virtual Task<bool> IsDeliveredAsync(Lease lease, CancellationToken cancellationToken) => Task.FromResult(false);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Do not block the start of the other hosted services.
        await Task.Yield();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await RoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            await Task.WhenAll(_running);
        }
    }

    private async Task RoundAsync(CancellationToken stoppingToken)
    {
        _running.RemoveWhere(task => task.IsCompleted);
        if (_running.Count >= concurrency)
        {
            await Task.WhenAny(_running);
            return;
        }
        var asked = concurrency - _running.Count;
        var leases = await LeaseAsync(asked, stoppingToken);
        foreach (var lease in leases)
        {
            _running.Add(AttemptAsync(lease, stoppingToken));
        }
        if (leases.Count < asked)
        {
            await parts.Signals.WaitAsync(kind, JobsOptions.Jitter(PollInterval), stoppingToken);
        }
    }

    private async Task<IReadOnlyList<Lease>> LeaseAsync(int limit, CancellationToken stoppingToken)
    {
        try
        {
            var leases = await LeaseDueAsync(limit, stoppingToken);
            _leasing.Recovered();
            return leases;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            _leasing.Report(exception);
            return [];
        }
    }

    private async Task AttemptAsync(Lease lease, CancellationToken stoppingToken)
    {
        using var span = parts.Tracer.Continue(_spanName, lease.TraceParent);
        span?.SetTag("reelballers.job.id", lease.JobId);
        var start = parts.Time.GetTimestamp();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(Options.LeaseSeconds * 0.8), parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, timeout.Token);
        try
        {
            await HandleAsync(lease, either.Token);
            parts.Meter.Attempted(kind, isDone: true, parts.Time.GetElapsedTime(start));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await EndLeaseAsync(lease, locked => locked.Release(lease));
        }
        catch (Exception exception)
        {
            span.Fail(exception);
            parts.Meter.Attempted(kind, isDone: false, parts.Time.GetElapsedTime(start));
            LogAttemptFailed(kind, lease.JobId, exception);
            if (await LookOnceMoreAsync(lease, exception, either.Token) is { } failure)
            {
                await EndLeaseAsync(lease, locked => Fail(locked, lease, failure));
            }
        }
    }

    /// <returns>What the attempt has failed with; null when the job has ended nevertheless.</returns>
    private async Task<Exception?> LookOnceMoreAsync(Lease lease, Exception exception, CancellationToken cancellationToken)
    {
        if (IsOutage(exception) || lease.Faults + 1 < Options.MaxFaults)
        {
            return exception;
        }
        try
        {
            return await IsDeliveredAsync(lease, cancellationToken) ? null : exception;
        }
        catch (Exception another)
        {
            LogAttemptFailed(kind, lease.JobId, another);
            // As long as it cannot be looked, nothing is given up.
            return IsOutage(another) ? another : exception;
        }
    }

    /// <summary>Another service answers an error of its own, or nothing: that is not the fault of this intent.</summary>
    private static bool IsOutage(Exception exception) => exception is RpcException || Outages.IsOutage(exception);

    private void Fail(LockedJob locked, Lease lease, Exception exception)
    {
        if (locked.Fail(lease, DelayAfterFailure(lease), exception.Message, IsOutage(exception)) >= Options.MaxFaults)
        {
            LogGivenUp(kind, lease.JobId, exception);
            locked.GiveUp(kind, exception.Message);
        }
    }

    private static TimeSpan DelayAfterFailure(Lease lease) =>
        JobsOptions.FullJitter(TimeSpan.FromSeconds(Math.Min(Math.Pow(2, lease.Failures), MaxDelay.TotalSeconds)));

    private async Task EndLeaseAsync(Lease lease, Action<LockedJob> end)
    {
        try
        {
            await Store.UpdateAsync(lease.JobId, end, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The lease expires.
            LogLeaseNotEnded(kind, lease.JobId, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Kind} of job {JobId} failed and will be retried")]
    private partial void LogAttemptFailed(IntentKind kind, Guid jobId, Exception exception);

    [LoggerMessage(LogLevel.Critical, "{Kind} of job {JobId} fails again and again and is left to an operator")]
    private partial void LogGivenUp(IntentKind kind, Guid jobId, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The lease on {Kind} of job {JobId} could not be released; it will expire")]
    private partial void LogLeaseNotEnded(IntentKind kind, Guid jobId, Exception exception);
}
