using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>Deletes what is old, about once an hour, in batches. Any number of replicas may run it.</summary>
/// <param name="rows">What it deletes, for the log: <c>Old {rows} could not be deleted</c>.</param>
/// <param name="databases">The database.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public abstract class PurgeWorker<TContext>(string rows, IDbContextFactory<TContext> databases, TimeProvider time, ILogger logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromHours(1), $"Old {rows} could not be deleted") { Jitter = 0.25 }, time, logger)
    where TContext : DbContext
{
    /// <summary>Deletes what is old now.</summary>
    public async Task DeleteOldAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var statement in Statements(Time.GetUtcNow()))
        {
            await Batches.RepeatAsync(() => database.Database.ExecuteSqlAsync(statement, cancellationToken));
        }
    }

    /// <summary>The statements. Each changes at most <see cref="Batches.Size"/> rows, and is repeated while it changes so many.</summary>
    protected abstract IEnumerable<FormattableString> Statements(DateTimeOffset now);

    /// <inheritdoc />
    protected sealed override Task RunOnceAsync(CancellationToken cancellationToken) => DeleteOldAsync(cancellationToken);
}
