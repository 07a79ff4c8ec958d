using System.Globalization;
using Npgsql;

namespace ReelBallers.Benchmarks;

/// <summary>Writes jobs into the database of Jobs, as the service does.</summary>
public sealed class JobsTable(NpgsqlDataSource dataSource)
{
    private const string InsertJobs =
        """
        insert into jobs (job_id, user_id, operation_id, project_id, type, status, outcome, progress, cost_cents, refunded_cents,
          source_key, paid_seconds, work, version, created_at, updated_at, queued_at, hold_expires_at)
        """;

    /// <summary>Inserts jobs that have ended, that run, and that wait for an endpoint which takes none now.</summary>
    public async Task FillAsync(int ended, int running, int waiting, CancellationToken cancellationToken)
    {
        if (ended + running + waiting == 0)
        {
            return;
        }
        await ExecuteAsync(
            $$"""
            {{InsertJobs}}
            select gen_random_uuid(), md5((number % 5000)::text)::uuid, gen_random_uuid(), 'project',
              case when number <= {{ended + running}} then 'framing' else 'upscale' end,
              case when number <= {{ended}} then 'completed' when number <= {{ended + running}} then 'running' else 'queued' end,
              case when number <= {{ended}} then 'completed' end, 0, 5, 0, 'key', 30,
              '{"crop_keyframes":[],"overlay_layers":[],"target_resolution":"1080p"}', 1, now(), now(), now(), now() + interval '1 day'
            from generate_series(1, {{ended + running + waiting}}) number;
            insert into runs (job_id, number, endpoint_id, runpod_id, state, submitted_at, started_at, ended_at)
            select job_id, 1, 'local', 'old-' || job_id, status, now(), now(), case when status = 'completed' then now() end
            from jobs where status in ('completed', 'running');
            insert into intents (job_id, kind, due_at, attempts, failures)
            select job_id, 'poll', now() + interval '1 hour', 0, 0 from jobs where status = 'running';
            alter table intents disable trigger tr_intents_turn;
            insert into intents (job_id, kind, due_at, attempts, failures, lane, user_id, queued_at, turn)
            select job_id, 'dispatch', now(), 0, 0, 'upscale', user_id, now(),
              row_number() over (partition by user_id order by job_id)
            from jobs where status = 'queued';
            alter table intents enable trigger tr_intents_turn;
            insert into endpoint_pauses (endpoint_id, paused_at, paused_until, reason, pauses)
            values ('big', now(), now() + interval '1 day', 'benchmark', 1);
            """,
            cancellationToken);
        await ExecuteAsync("vacuum analyze", cancellationToken);
        await ExecuteAsync("checkpoint", cancellationToken);
    }

    /// <summary>Queues one job, in one transaction.</summary>
    public async Task QueueAsync(Guid jobId, Guid userId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $$"""
            with job as (
              {{InsertJobs}}
              values ($1, $2, gen_random_uuid(), 'project', 'framing', 'queued', null, 0, 5, 0, 'key', 30,
                '{"crop_keyframes":[],"overlay_layers":[],"target_resolution":"1080p"}', 1, now(), now(), now(), now() + interval '1 day')
              returning job_id, user_id)
            insert into intents (job_id, kind, due_at, attempts, failures, lane, user_id, queued_at)
            select job_id, 'dispatch', now(), 0, 0, 'framing', user_id, now() from job
            """);
        command.Parameters.Add(new() { Value = jobId });
        command.Parameters.Add(new() { Value = userId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Inserts queued jobs that nothing is done for.</summary>
    public async Task<IReadOnlyList<(Guid JobId, Guid UserId)>> InsertIdleAsync(int count, CancellationToken cancellationToken)
    {
        var jobs = new List<(Guid, Guid)>();
        await using var command = dataSource.CreateCommand(string.Create(CultureInfo.InvariantCulture,
            $$"""
            {{InsertJobs}}
            select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'project', 'framing', 'queued', null, 0, 5, 0, 'key', 30,
              '{"crop_keyframes":[],"overlay_layers":[],"target_resolution":"1080p"}', 1, now(), now(), now(), now() + interval '1 day'
            from generate_series(1, {{count}})
            returning job_id, user_id
            """));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add((reader.GetGuid(0), reader.GetGuid(1)));
        }
        return jobs;
    }

    /// <summary>How often the tables of jobs were read, and how many transactions the database has had.</summary>
    public async Task<(long Reads, long Transactions)> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            select (select sum(coalesce(idx_scan, 0) + seq_scan)::bigint from pg_stat_user_tables where relname in ('jobs', 'runs')),
              xact_commit from pg_stat_database where datname = current_database()
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
