using Npgsql;
using NpgsqlTypes;

namespace ReelBallers.Jobs;

/// <summary>Reads what endpoints have done lately, and pauses them. Every replica reads the pauses before it submits.</summary>
internal sealed class EndpointPauses(NpgsqlDataSource dataSource)
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromHours(6);

    /// <summary>The end of a pause that lasts until an operator ends it.</summary>
    public static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The endpoints with runs that ended since their last pause and within the window, newest first.</summary>
    public async Task<ILookup<string, EndedRun>> RecentRunsAsync(
        TimeSpan window, int runsPerEndpoint, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            with recursive endpoints(id) as (
              (select endpoint_id from runs where ended_at is not null order by endpoint_id limit 1)
              union all
              select (select endpoint_id from runs where ended_at is not null and endpoint_id > endpoints.id order by endpoint_id limit 1)
              from endpoints where endpoints.id is not null)
            select endpoints.id, run.job_id, job.user_id, run.state, run.crashed, coalesce(run.execution_time_ms, 0) > 0,
              run.cost_microdollars, case when run.state = 'completed' then job.cost_cents else 0 end
            from endpoints left join endpoint_pauses pause on pause.endpoint_id = endpoints.id
            cross join lateral (
              select * from runs where runs.endpoint_id = endpoints.id
                and ended_at > greatest(now() - $1, coalesce(pause.paused_until, '-infinity'))
              order by ended_at desc limit $2) run
            join jobs job on job.job_id = run.job_id
            order by endpoints.id, run.ended_at desc
            """);
        command.Parameters.Add(new() { Value = window });
        command.Parameters.Add(new() { Value = runsPerEndpoint });
        var runs = new List<(string EndpointId, EndedRun Run)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            runs.Add((reader.GetString(0), new EndedRun(
                reader.GetGuid(1), reader.GetGuid(2), RunStates.Parse(reader.GetString(3)), reader.GetBoolean(4), reader.GetBoolean(5),
                reader.IsDBNull(6) ? null : reader.GetInt64(6), reader.GetInt64(7))));
        }
        return runs.ToLookup(run => run.EndpointId, run => run.Run);
    }

    /// <summary>Pauses an endpoint, twice as long as the last time unless it has delivered since.</summary>
    /// <returns>When it is resumed; null when it is paused already.</returns>
    public async Task<DateTimeOffset?> PauseAsync(
        string endpointId, string reason, TimeSpan duration, bool hasDelivered, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            insert into endpoint_pauses as pause (endpoint_id, paused_at, paused_until, reason, pauses)
            values ($1, now(), now() + $3, $2, 1)
            on conflict (endpoint_id) do update set paused_at = now(), reason = excluded.reason,
              pauses = case when $5 then 1 else pause.pauses + 1 end,
              paused_until = now() + least($4, $3 * power(2, case when $5 then 0 else least(pause.pauses, 20) end))
            where pause.paused_until <= now()
            returning paused_until
            """);
        command.Parameters.Add(new() { Value = endpointId });
        command.Parameters.Add(new() { Value = reason });
        command.Parameters.Add(new() { Value = duration });
        command.Parameters.Add(new() { Value = MaxPause });
        command.Parameters.Add(new() { Value = hasDelivered });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetFieldValue<DateTimeOffset>(0) : null;
    }

    /// <summary>Pauses an endpoint at an operator's request, in place of a pause before.</summary>
    /// <returns>When it is resumed; null when an operator has to.</returns>
    public async Task<DateTimeOffset?> PauseByOperatorAsync(
        string endpointId, string reason, TimeSpan? duration, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            insert into endpoint_pauses as pause (endpoint_id, paused_at, paused_until, reason, pauses)
            values ($1, now(), coalesce(now() + $3, $4), $2, 0)
            on conflict (endpoint_id) do update set paused_at = now(), reason = excluded.reason, paused_until = excluded.paused_until
            returning paused_until
            """);
        command.Parameters.Add(new() { Value = endpointId });
        command.Parameters.Add(new() { Value = reason });
        command.Parameters.Add(new() { Value = (object?)duration ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval });
        command.Parameters.Add(new() { Value = Never });
        var until = (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
        return duration is null ? null : new DateTimeOffset(until, TimeSpan.Zero);
    }

    /// <summary>Ends the pause of an endpoint: what happened until now does not count again.</summary>
    /// <returns>False when it is not paused.</returns>
    public async Task<bool> ResumeAsync(string endpointId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "update endpoint_pauses set paused_until = now() where endpoint_id = $1 and paused_until > now()");
        command.Parameters.Add(new() { Value = endpointId });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
