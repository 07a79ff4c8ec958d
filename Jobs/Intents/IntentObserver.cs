using System.Collections.Immutable;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Reads how many intents wait for the metrics, while something collects them. Runs on every replica.</summary>
internal sealed class IntentObserver(NpgsqlDataSource dataSource, JobsMeter meter, TimeProvider time, ILogger<IntentObserver> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromSeconds(15), "The backlog of intents could not be read"), time, logger)
{
    /// <summary>One reading.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            select kind, count(*) filter (where dead_since is null and due_at <= now()),
              coalesce(greatest(now() - min(due_at) filter (where dead_since is null), interval '0'), interval '0'),
              count(dead_since)
            from intents group by kind
            """);
        var backlogs = new Dictionary<IntentKind, IntentBacklog>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var kind = IntentKinds.Parse(reader.GetString(0));
            backlogs[kind] = new IntentBacklog(kind, reader.GetInt64(1), reader.GetTimeSpan(2), reader.GetInt64(3));
        }
        meter.Intents([.. Enum.GetValues<IntentKind>()
            .Select(kind => backlogs.GetValueOrDefault(kind) ?? new IntentBacklog(kind, 0, TimeSpan.Zero, 0))]);
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) =>
        meter.ObservesIntents ? ReadAsync(cancellationToken) : Task.CompletedTask;
}
