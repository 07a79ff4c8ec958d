using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Works off a queue in batches, woken when there is something new and otherwise every second. Any number of replicas may run it. A round
/// that fails is reported and never ends the loop.
/// </summary>
/// <param name="scopes">For the batch, and for each entry.</param>
/// <param name="signal">Wakes it.</param>
/// <param name="failure">What the log says when the queue cannot be read.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public abstract class QueueWorker<TEntry>(
    IServiceScopeFactory scopes, WakeSignal signal, string failure, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly OutageReporter _outages = new(logger, failure);
    private readonly Lock _pauses = new();
    private DateTimeOffset _pausedUntil;

    /// <summary>The clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>How many entries a round takes at most.</summary>
    protected virtual int BatchSize => 8;

    /// <summary>Leases the entries that are due, each as an attempt.</summary>
    protected abstract Task<IReadOnlyList<TEntry>> LeaseAsync(IServiceProvider services, int limit, CancellationToken stoppingToken);

    /// <summary>Makes an attempt; what becomes of it is stored here.</summary>
    protected abstract Task AttemptAsync(TEntry entry, IServiceProvider services, CancellationToken stoppingToken);

    /// <summary>No entry can succeed for this time: none is taken by this process.</summary>
    protected void PauseFor(TimeSpan pause)
    {
        lock (_pauses)
        {
            var until = time.GetUtcNow() + pause;
            _pausedUntil = until > _pausedUntil ? until : _pausedUntil;
        }
    }

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Do not block the start of the other hosted services.
        await Task.Yield();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await TryRunAsync(stoppingToken) < BatchSize)
                {
                    await signal.WaitAsync(PollInterval, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<int> TryRunAsync(CancellationToken stoppingToken)
    {
        try
        {
            var due = IsPaused() ? 0 : await RunBatchAsync(stoppingToken);
            _outages.Recovered();
            return due;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            _outages.Report(exception);
            return 0;
        }
    }

    private async Task<int> RunBatchAsync(CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var due = await LeaseAsync(scope.ServiceProvider, BatchSize, stoppingToken);
        // Concurrently: one after the other, the last could exceed its lease.
        await Task.WhenAll(due.Select(entry => AttemptInScopeAsync(entry, stoppingToken)));
        return due.Count;
    }

    private bool IsPaused()
    {
        lock (_pauses)
        {
            return time.GetUtcNow() < _pausedUntil;
        }
    }

    private async Task AttemptInScopeAsync(TEntry entry, CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await AttemptAsync(entry, scope.ServiceProvider, stoppingToken);
    }
}
