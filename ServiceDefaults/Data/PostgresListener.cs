using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Listens on a PostgreSQL notification channel over one connection, which is reopened with a backoff when it is lost.
/// </summary>
/// <param name="channel">The channel; a lower-case identifier.</param>
/// <param name="dataSource">Opens the connection.</param>
/// <param name="time">Times the backoff.</param>
/// <param name="logger">The subclass's logger.</param>
public abstract class PostgresListener(string channel, NpgsqlDataSource dataSource, TimeProvider time, ILogger logger)
    : BackgroundService
{
    private static readonly TimeSpan MinReconnectDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxReconnectDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(30);

    private readonly OutageReporter _reporter = new(logger, $"Listening on {channel} failed");
    private TimeSpan _delay = MinReconnectDelay;

    /// <summary>Called for each notification. It must not block.</summary>
    protected abstract void OnNotification(string payload);

    /// <summary>Called after each connect: notifications sent before may have been missed.</summary>
    protected abstract void OnConnected();

    /// <inheritdoc/>
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
                _reporter.Report(exception);
                await Task.Delay(_delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _delay = TimeSpan.FromTicks(Math.Min(2 * _delay.Ticks, MaxReconnectDelay.Ticks));
            }
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "LISTEN takes no parameters; the channel is a constant of the subclass.")]
    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
        connection.Notification += (_, notification) => OnNotification(notification.Payload);
        await using var listen = new NpgsqlCommand($"listen {channel}", connection);
        await listen.ExecuteNonQueryAsync(stoppingToken);
        _delay = MinReconnectDelay;
        _reporter.Recovered();
        OnConnected();
        while (true)
        {
            if (!await connection.WaitAsync(ProbeInterval, stoppingToken))
            {
                // An idle connection that died silently is detected by a command.
                await listen.ExecuteNonQueryAsync(stoppingToken);
            }
        }
    }
}
