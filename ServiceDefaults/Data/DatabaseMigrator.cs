using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Applies the migrations before the service serves its first request, on one replica at a time by an advisory lock. Waits
/// for a database that is starting, up to a limit.
/// </summary>
internal sealed partial class DatabaseMigrator<TContext>(
    IServiceScopeFactory scopes, NpgsqlDataSource dataSource, TimeProvider time,
    ILogger<DatabaseMigrator<TContext>> logger) : IHostedLifecycleService
    where TContext : DbContext
{
    private const long LockKey = 0x5265656C42616C6C; // "ReelBall"
    private const int LockTimeoutSeconds = 120;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await MigrateAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (DatabaseErrors.IsOutage(exception) && time.GetElapsedTime(started) < StartTimeout)
            {
                LogWaiting(exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ProtocolViolation)
            {
                throw new InvalidOperationException(
                    "The connection string leads to a connection pooler, such as PgBouncer, that rejects the settings of a session "
                    + $"({exception.MessageText}). Connect to PostgreSQL directly: the services need sessions of their own, for timeouts, "
                    + "notifications and advisory locks.", exception);
            }
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            // Checked without EF Core first, which needs more than a second of CPU to find out that nothing is pending.
            if (await IsUpToDateAsync(connection, cancellationToken))
            {
                return;
            }
        }
        await using var held = await new AdvisoryLock(dataSource, LockKey).TakeAsync(LockTimeoutSeconds, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TContext>().Database;
        database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        // Querying a missing history table would make EF Core and PostgreSQL log an error at the first start.
        await database.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        await database.MigrateAsync(cancellationToken);
    }

    private static async Task<bool> IsUpToDateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var exists = new NpgsqlCommand("select to_regclass('\"__EFMigrationsHistory\"') is not null", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return false;
            }
        }
        var missing = typeof(TContext).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().ToHashSet();
        await using var applied = new NpgsqlCommand("select migration_id from \"__EFMigrationsHistory\"", connection);
        try
        {
            await using var reader = await applied.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                missing.Remove(reader.GetString(0));
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedColumn)
        {
            throw new InvalidOperationException(
                $"The database {connection.Database} was created by migrations that have since been replaced. Start with an empty one; "
                + "for the local stack: dotnet run --project AppHost -- --reset", exception);
        }
        return missing.Count == 0;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "The database is not ready; retrying: {Reason}")]
    private partial void LogWaiting(string reason);
}
