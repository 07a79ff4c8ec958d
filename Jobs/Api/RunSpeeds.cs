using Npgsql;

namespace ReelBallers.Jobs;

/// <summary>How long runs take.</summary>
/// <param name="ByLane">The seconds of execution for a paid second of video.</param>
/// <param name="SecondsPerRun">The mean of all runs; null without any.</param>
internal sealed record RunSpeed(IReadOnlyDictionary<string, double> ByLane, double? SecondsPerRun)
{
    public double? SecondsPerPaidSecond(Lane lane) => ByLane.TryGetValue(lane.ToString(), out var seconds) ? seconds : null;
}

/// <summary>Reads how long the last runs took, once a minute at most.</summary>
internal sealed class RunSpeeds(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const int RunsPerEndpoint = 200;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _readAt;
    private Task<RunSpeed>? _reading;

    public async Task<RunSpeed> ReadAsync(IReadOnlyList<string> endpointIds, CancellationToken cancellationToken)
    {
        Task<RunSpeed> reading;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_reading is null || _reading.IsFaulted || now >= _readAt + Lifetime)
            {
                (_reading, _readAt) = (QueryAsync(endpointIds), now);
            }
            reading = _reading;
        }
        return await reading.WaitAsync(cancellationToken);
    }

    /// <summary>The next reading asks the database.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _reading = null;
        }
    }

    private async Task<RunSpeed> QueryAsync(IReadOnlyList<string> endpointIds)
    {
        await using var command = dataSource.CreateCommand(
            """
            select jobs.type || coalesce('/' || (jobs.work ->> 'upscale_model'), ''),
              sum(run.execution_time_ms)::float8 / 1000, sum(jobs.paid_seconds)::float8, count(*)::float8
            from unnest($1::text[]) as endpoint(id)
            cross join lateral (
              select job_id, execution_time_ms from runs
              where endpoint_id = endpoint.id and ended_at is not null and state = 'completed' and execution_time_ms > 0
              order by ended_at desc limit $2) run
            join jobs on jobs.job_id = run.job_id
            group by 1
            """);
        command.Parameters.Add(new() { Value = endpointIds.ToArray() });
        command.Parameters.Add(new() { Value = RunsPerEndpoint });
        var byLane = new Dictionary<string, double>();
        var (seconds, runs) = (0.0, 0.0);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            byLane[reader.GetString(0)] = reader.GetDouble(1) / reader.GetDouble(2);
            seconds += reader.GetDouble(1);
            runs += reader.GetDouble(3);
        }
        return new RunSpeed(byLane, runs > 0 ? seconds / runs : null);
    }
}
