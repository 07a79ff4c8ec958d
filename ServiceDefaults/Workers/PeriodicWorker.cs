using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Background work at an interval. A failed round is reported as <see cref="OutageReporter"/> describes and never ends the loop.
/// </summary>
public abstract class PeriodicWorker(PeriodicWork work, TimeProvider time, ILogger logger) : BackgroundService
{
    private readonly OutageReporter _outages = new(logger, work.Failure);
    private PeriodicTimer? _timer;

    /// <summary>The clock of the interval.</summary>
    protected TimeProvider Time => time;

    /// <summary>The log of this worker.</summary>
    protected ILogger Logger => logger;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here and not in ExecuteAsync, which runs on another thread: the interval counts from the start.
        _timer = new PeriodicTimer(work.NextInterval(), time);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _timer?.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One round.</summary>
    protected abstract Task RunOnceAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _timer!.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await TryRunAsync(stoppingToken))
                {
                    _outages.Recovered();
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                _outages.Report(exception);
            }
            if (work.Jitter > 0)
            {
                _timer.Period = work.NextInterval();
            }
        }
    }

    // False: another replica holds the lock.
    private async Task<bool> TryRunAsync(CancellationToken cancellationToken)
    {
        if (work.Lock is null)
        {
            await RunOnceAsync(cancellationToken);
            return true;
        }
        await using var held = await work.Lock.TryTakeAsync(cancellationToken);
        if (held is null)
        {
            return false;
        }
        await RunOnceAsync(cancellationToken);
        return true;
    }
}
