using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// Erases what the jobs of a person say of what was made: texts, frames, projects and paths. What a job was, what it has cost and when
/// stays, as in the books. Jobs that have not ended are cancelled.
/// </summary>
internal sealed class DeletedUserJobs(IDbContextFactory<JobsDbContext> contexts, JobCancellation cancellation) : IDeletedUserHandler
{
    private const string ErasedWork = """{"crop_keyframes": [], "overlay_layers": []}""";

    /// <inheritdoc />
    public async Task<string?> DeleteAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var users = await context.PersonOfAsync(userId, cancellationToken);
        var open = context.Jobs.Where(job => users.Contains(job.UserId)
            && (job.Status == JobStatus.Created || job.Status == JobStatus.Queued || job.Status == JobStatus.Running));
        foreach (var jobId in await open.Select(job => job.JobId).ToListAsync(cancellationToken))
        {
            await cancellation.CancelAsync(jobId, cancellationToken);
        }
        // Before the erasure: a job that ends during it may not have been erased, and the next call does so.
        var isAnyOpen = await open.AnyAsync(cancellationToken);
        // A project id has at least one character: the empty one marks what is erased. A job that has ended does not change any more.
        await Batches.RepeatAsync(() => context.Database.ExecuteSqlAsync(
            $"""
            with due as materialized (
              select job_id from jobs
              where user_id = any({users}) and project_id <> '' and status not in ('created', 'queued', 'running')
              limit {Batches.Size} for update),
            forgotten as (delete from job_paths using due where job_paths.job_id = due.job_id)
            update jobs set project_id = '', trace_parent = null, work = (work - 'track') || {ErasedWork}::jsonb
            from due where jobs.job_id = due.job_id
            """, cancellationToken));
        await Batches.RepeatAsync(() => context.Database.ExecuteSqlAsync(
            $"""
            with due as materialized (
              select job_id from job_history where user_id = any({users}) and job ->> 'project_id' <> ''
              limit {Batches.Size} for update),
            forgotten as (delete from job_paths using due where job_paths.job_id = due.job_id)
            update job_history set job = (job - 'path' - 'trace_parent')
              || jsonb_build_object('project_id', '', 'work', ((job -> 'work') - 'track') || {ErasedWork}::jsonb)
            from due where job_history.job_id = due.job_id
            """, cancellationToken));
        await context.Set<IdempotencyRecord>().Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        return isAnyOpen ? "open_jobs" : null;
    }
}
