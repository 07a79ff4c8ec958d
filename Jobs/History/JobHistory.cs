using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Jobs;

/// <summary>Reads the jobs that have left the work tables.</summary>
internal static class JobHistory
{
    /// <summary>A job of the user, or of one who belongs to this one, if the history has it.</summary>
    public static IQueryable<Job> PastJob(this JobsDbContext context, Guid userId, Guid jobId) => context.Jobs.FromSql(
        $"""
        select job.* from job_history past cross join lateral jsonb_populate_record(null::jobs, past.job) job
        where past.job_id = {jobId} and (past.user_id = {userId} or exists (
          select from joined_users where from_user_id = past.user_id and into_user_id = {userId}))
        """).AsNoTracking();

    /// <summary>The newest jobs of the users in the work tables that are older than the last one of the page before.</summary>
    public static IQueryable<Job> RecentJobs(this JobsDbContext context, Guid[] users, JobStatus? status, JobCursor? after, int limit)
    {
        var (wanted, createdAt, jobId) = (status?.ToWire(), after?.CreatedAt, after?.JobId);
        // User by user, as the index has them.
        return context.Jobs.FromSql(
            $"""
            select job.* from unnest({users}) owner cross join lateral (
              select * from jobs
              where user_id = owner and status <> 'created' and ({wanted}::text is null or status = {wanted})
                and ({createdAt}::timestamptz is null or (created_at, job_id) < ({createdAt}, {jobId}::uuid))
              order by created_at desc, job_id desc limit {limit}) job
            """).AsNoTracking();
    }

    /// <summary>The newest jobs of the users in the history that are older than the last one of the page before.</summary>
    public static IQueryable<Job> PastJobs(this JobsDbContext context, Guid[] users, JobStatus? status, JobCursor? after, int limit)
    {
        var (wanted, createdAt, jobId) = (status?.ToWire(), after?.CreatedAt, after?.JobId);
        return context.Jobs.FromSql(
            $"""
            select job.* from (
              select found.job from unnest({users}) owner cross join lateral (
                select job, created_at, job_id from job_history
                where user_id = owner and ({wanted}::text is null or status = {wanted})
                  and ({createdAt}::timestamptz is null or (created_at, job_id) < ({createdAt}, {jobId}::uuid))
                order by created_at desc, job_id desc limit {limit}) found
              order by found.created_at desc, found.job_id desc limit {limit}) past
            cross join lateral jsonb_populate_record(null::jobs, past.job) job
            """).AsNoTracking();
    }

    /// <summary>The path of the window of a job of the history, if it has one.</summary>
    public static IQueryable<JobPath> PastPath(this JobsDbContext context, Guid jobId) => context.Paths.FromSql(
        $"select job_id, job -> 'path' as path from job_history where job_id = {jobId} and job -> 'path' is not null").AsNoTracking();

    /// <summary>The runs of jobs of the history.</summary>
    public static IQueryable<Run> PastRuns(this JobsDbContext context, Guid[] jobIds) => context.Runs.FromSql(
        $"""
        select run.* from job_history past cross join lateral jsonb_populate_recordset(null::runs, past.runs) run
        where past.job_id = any({jobIds})
        """).AsNoTracking();
}
