using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>Deletes records after seven days (the contract promises 24 hours), in small batches.</summary>
internal sealed partial class IdempotencyPurge(
    NpgsqlDataSource dataSource, TimeProvider time, ILogger<IdempotencyPurge> logger) : BackgroundService
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (NpgsqlException exception)
            {
                LogFailed(exception);
            }
        }
    }

    private async Task PurgeAsync(CancellationToken cancellationToken)
    {
        int deleted;
        do
        {
            await using var command = dataSource.CreateCommand(
                """
                delete from idempotency_records where (user_id, key) in
                  (select user_id, key from idempotency_records where created_at < $1 limit 1000 for update skip locked)
                """);
            command.Parameters.Add(new() { Value = time.GetUtcNow() - Keep });
            deleted = await command.ExecuteNonQueryAsync(cancellationToken);
        }
        while (deleted == 1000);
    }

    [LoggerMessage(LogLevel.Warning, "Old idempotency records could not be deleted; the next round tries again")]
    private partial void LogFailed(Exception exception);
}
