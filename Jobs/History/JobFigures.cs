using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The jobs of all users in numbers, for operators: by the day of their end, and what is open.</summary>
internal sealed class JobFigures(NpgsqlDataSource dataSource)
{
    // A job whose hold was never confirmed is none. The history has no column for the end of a job, which was not after it was moved.
    private const string ByDay = """
        with ended as (
          select status, updated_at as ended_at,
            (select sum(cost_microdollars) from runs where runs.job_id = jobs.job_id) as microdollars
          from jobs
          where status in ('completed', 'failed', 'cancelled', 'timed_out') and queued_at is not null
            and updated_at >= $1 and updated_at < $2
          union all
          select past.status, (job ->> 'updated_at')::timestamptz,
            (select sum((run ->> 'cost_microdollars')::bigint) from jsonb_array_elements(runs) run)
          from job_history past
          where archived_at >= $1 and created_at < $2 and job ->> 'queued_at' is not null
            and (job ->> 'updated_at')::timestamptz >= $1 and (job ->> 'updated_at')::timestamptz < $2)
        select (ended_at at time zone 'UTC')::date as day,
          count(*) filter (where status = 'completed'), count(*) filter (where status = 'failed'),
          count(*) filter (where status = 'cancelled'), count(*) filter (where status = 'timed_out'),
          coalesce(sum(microdollars), 0)::bigint
        from ended group by day order by day
        """;

    // Every job that has not ended has a step to do, or one that is dead.
    private const string Open = """
        select count(*) filter (where status = 'queued'), count(*) filter (where status = 'running'),
          (select count(*) from intents where dead_since is not null)
        from jobs where job_id in (select job_id from intents)
        """;

    /// <summary>The days on which a job has ended, ascending.</summary>
    public async Task<IReadOnlyList<JobDay>> GetDaysAsync(DayRange range, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(ByDay);
        command.CommandTimeout = 30;
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = range.From });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = range.To });
        var days = new List<JobDay>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            days.Add(new JobDay(
                reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetInt64(5)));
        }
        return days;
    }

    /// <summary>What is open now.</summary>
    public async Task<JobBacklog> GetBacklogAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Open);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new JobBacklog(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
