using Npgsql;

namespace ReelBallers.Wallet;

/// <summary>Hears from all replicas, this one too, whose wallets have changed: one connection listens for all streams.</summary>
internal sealed partial class BalanceListener(
    BalanceWatches watches, NpgsqlDataSource dataSource, TimeProvider time, ILogger<BalanceListener> logger) : BackgroundService
{
    private static readonly TimeSpan ReconnectDelayMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReconnectDelayMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(30);

    private TimeSpan _delay = ReconnectDelayMin;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogLost(exception);
                await Task.Delay(_delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _delay = TimeSpan.FromTicks(Math.Min(2 * _delay.Ticks, ReconnectDelayMax.Ticks));
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
        connection.Notification += (_, notification) => Hear(notification.Payload);
        await using var listen = new NpgsqlCommand($"listen {BalanceChanges.ChannelName}", connection);
        await listen.ExecuteNonQueryAsync(stoppingToken);
        _delay = ReconnectDelayMin;
        // What changed while nobody listened is read now.
        watches.ChangeAll();
        while (true)
        {
            if (!await connection.WaitAsync(ProbeInterval, stoppingToken))
            {
                // Quiet: a connection that died without a word is found out by asking again.
                await listen.ExecuteNonQueryAsync(stoppingToken);
            }
        }
    }

    private void Hear(string payload)
    {
        if (payload == BalanceChanges.Everybody)
        {
            watches.ChangeAll();
        }
        else
        {
            watches.Change(BalanceChanges.Unpack(payload));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The listener for changed balances lost its connection; streams are slower until it is back")]
    private partial void LogLost(Exception exception);
}
