using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Jobs;

/// <summary>
/// Reads jobs of one user, without their work; those of other users are not found, nor are jobs whose hold is not confirmed.
/// </summary>
internal sealed class JobQueries(IDbContextFactory<JobsDbContext> contexts)
{
    public async Task<JobSummary?> FindAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Jobs.AsNoTracking()
            .Where(job => job.JobId == jobId && job.UserId == userId && job.Status != JobStatus.Created)
            .Select(JobSummary.Projection).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Newest first; one more than <paramref name="limit"/> when there is a next page.</summary>
    public async Task<IReadOnlyList<JobSummary>> ListAsync(
        Guid userId, JobStatus? status, JobCursor? after, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var jobs = context.Jobs.AsNoTracking().Where(job => job.UserId == userId && job.Status != JobStatus.Created);
        if (status is { } wanted)
        {
            jobs = jobs.Where(job => job.Status == wanted);
        }
        if (after is { } last)
        {
            jobs = jobs.Where(job => EF.Functions.LessThan(
                ValueTuple.Create(job.CreatedAt, job.JobId), ValueTuple.Create(last.CreatedAt, last.JobId)));
        }
        return await jobs.OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.JobId)
            .Take(limit + 1).Select(JobSummary.Projection).ToListAsync(cancellationToken);
    }
}
