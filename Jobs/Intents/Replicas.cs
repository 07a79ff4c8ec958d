using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// Tells how many replicas are alive, which share RunPod's rate limits evenly, and how many jobs are polled. Each replica has
/// a row, which it updates at an interval; one without an update for a while counts as stopped.
/// </summary>
internal sealed class Replicas(NpgsqlDataSource dataSource, TimeProvider time, ILogger<Replicas> logger)
    : PeriodicWorker(new PeriodicWork(Interval, "The number of replicas could not be read"), time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AliveFor = 4 * Interval;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly Guid _id = Guid.CreateVersion7();
    private readonly Lock _stopLock = new();
    private Task? _stopping;
    private int _count = 1;
    private int _openPolls;

    /// <summary>At least one: this.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The jobs that are polled, of all replicas.</summary>
    public int OpenPolls => Volatile.Read(ref _openPolls);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunOnceAsync(cancellationToken);
        }
        catch (Exception exception) when (Outages.IsOutage(exception, cancellationToken))
        {
            // The next round reports it if it lasts.
        }
        await base.StartAsync(cancellationToken);
    }

    // A host can be stopped twice at once, and what the row is deleted with is disposed after either.
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stopLock)
        {
            return _stopping ??= StopOnceAsync(cancellationToken);
        }
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            using var timeout = new CancellationTokenSource(StopTimeout, Time);
            await using var command = dataSource.CreateCommand("delete from replicas where replica_id = $1");
            command.Parameters.Add(new() { Value = _id });
            await command.ExecuteNonQueryAsync(timeout.Token);
        }
        catch (Exception exception) when (Outages.IsOutage(exception, CancellationToken.None))
        {
            // Its row expires.
        }
    }

    /// <summary>One reading.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new(
            "insert into replicas (replica_id, seen_at) values ($1, now()) on conflict (replica_id) do update set seen_at = now()")
        {
            Parameters = { new() { Value = _id } },
        });
        batch.BatchCommands.Add(new("delete from replicas where seen_at < now() - $1 * 10")
        {
            Parameters = { new() { Value = AliveFor } },
        });
        batch.BatchCommands.Add(new(
            """
            select (select count(*) from replicas where seen_at > now() - $1)::int,
              (select count(*) from intents where kind = 'poll' and lane is null and dead_since is null)::int
            """)
        {
            Parameters = { new() { Value = AliveFor } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        Volatile.Write(ref _count, Math.Max(1, reader.GetInt32(0)));
        Volatile.Write(ref _openPolls, reader.GetInt32(1));
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);
}
