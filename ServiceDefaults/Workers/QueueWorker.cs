using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Works off a queue in batches, woken when there is something new and otherwise every second. Any number of replicas may run it. A round
/// that fails is reported and never ends the loop.
/// </summary>
/// <param name="signal">Wakes it.</param>
/// <param name="failure">What the log says when the queue cannot be read.</param>
/// <param name="logger">The log.</param>
public abstract class QueueWorker(WakeSignal signal, string failure, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly OutageReporter _outages = new(logger, failure);

    /// <summary>How many entries a round takes at most.</summary>
    protected virtual int BatchSize => 8;

    /// <summary>Works off a batch.</summary>
    /// <returns>How many entries were due.</returns>
    protected abstract Task<int> RunBatchAsync(CancellationToken stoppingToken);

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
            var due = await RunBatchAsync(stoppingToken);
            _outages.Recovered();
            return due;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            _outages.Report(exception);
            return 0;
        }
    }
}
