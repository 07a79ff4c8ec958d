using Microsoft.Extensions.Logging;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>Deletes records after seven days (the contract promises 24 hours), in small batches.</summary>
internal sealed class IdempotencyPurge(NpgsqlDataSource dataSource, TimeProvider time, ILogger<IdempotencyPurge> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromHours(1), "Old idempotency records could not be deleted"), time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => Batches.RepeatAsync(async () =>
    {
        await using var command = dataSource.CreateCommand(
            """
            delete from idempotency_records where (user_id, key) in
              (select user_id, key from idempotency_records where created_at < $1 limit $2 for update skip locked)
            """);
        command.Parameters.Add(new() { Value = Time.GetUtcNow() - Keep });
        command.Parameters.Add(new() { Value = Batches.Size });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    });
}
