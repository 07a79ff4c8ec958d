using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// Moves jobs that ended a while ago to the history, in batches, with their runs; their intents are deleted. A job with an intent
/// that is still to be done stays, and so does one whose end an operator has to correct.
/// </summary>
internal sealed partial class JobArchiver(
    NpgsqlDataSource dataSource, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobArchiver> logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromMinutes(5), "Ended jobs could not be moved to the history")
        {
            Jitter = 0.25,
            Lock = new AdvisoryLock(dataSource, LockKey),
        },
        time, logger)
{
    // "ARCHIVE" in ASCII.
    private const long LockKey = 0x41524348495645;
    private const int BatchSize = 500;

    // One statement, so that a job is in exactly one of the two places. What an operator may look at stays as long as a failure.
    private const string MoveBatch = """
        with due as materialized (
          select job_id from jobs
          where status in ('completed', 'failed', 'cancelled', 'timed_out')
            and updated_at < case
              when status = 'completed' and not exists (select from intents where intents.job_id = jobs.job_id) then $1
              else $2 end
            and updated_at < greatest($1, $2)
            and not exists (select from intents where intents.job_id = jobs.job_id and dead_since is null)
          order by updated_at limit $3 for update skip locked),
        moved as (
          insert into job_history (job_id, user_id, status, created_at, archived_at, job, runs)
          select jobs.job_id, user_id, status, created_at, now(),
            to_jsonb(jobs) || coalesce((select jsonb_build_object('path', path) from job_paths where job_paths.job_id = jobs.job_id), '{}'),
            coalesce((select jsonb_agg(to_jsonb(runs)) from runs where runs.job_id = jobs.job_id), '[]')
          from jobs join due using (job_id)
          returning job_id),
        forgotten as (delete from intents using moved where intents.job_id = moved.job_id),
        emptied as (delete from runs using moved where runs.job_id = moved.job_id)
        delete from jobs using moved where jobs.job_id = moved.job_id
        """;

    /// <summary>Moves all that are due.</summary>
    /// <returns>How many were moved.</returns>
    public async Task<int> MoveAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            var moved = await MoveBatchAsync(cancellationToken);
            total += moved;
            if (moved < BatchSize)
            {
                return total;
            }
        }
    }

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await MoveAsync(cancellationToken) is > 0 and var moved)
        {
            LogMoved(moved);
        }
    }

    private async Task<int> MoveBatchAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        await using var command = dataSource.CreateCommand(MoveBatch);
        command.Parameters.Add(new() { Value = now - TimeSpan.FromDays(options.Value.KeepCompletedDays) });
        command.Parameters.Add(new() { Value = now - TimeSpan.FromDays(options.Value.KeepFailedDays) });
        command.Parameters.Add(new() { Value = BatchSize });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "{Count} ended jobs were moved to the history")]
    private partial void LogMoved(int count);
}
