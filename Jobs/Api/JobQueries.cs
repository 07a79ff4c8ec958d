using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// Reads jobs of one user, and of the users who belong to this one, also those of the history; those of other users are not found, nor are
/// jobs whose hold is not confirmed.
/// The work, which may be large, is read only where it is needed.
/// </summary>
internal sealed class JobQueries(IDbContextFactory<JobsDbContext> contexts, IOptions<JobsOptions> options, TimeProvider time)
{
    public async Task<JobSummary?> FindAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindAsync(context, userId, jobId, cancellationToken);
    }

    /// <summary>The job with its work.</summary>
    public async Task<Job?> FindWithWorkAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Visible(context, userId, jobId).SingleOrDefaultAsync(cancellationToken)
            ?? await context.PastJob(userId, jobId).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The receipt of any user's job, for operators.</summary>
    public async Task<Receipt?> FindReceiptAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindUserAsync(context, jobId, cancellationToken) is { } userId
            ? await FindReceiptAsync(userId, jobId, cancellationToken)
            : null;
    }

    /// <summary>As <see cref="ListAsync"/>, with the runs.</summary>
    public async Task<IReadOnlyList<Receipt>> ListReceiptsAsync(
        Guid userId, JobCursor? after, int limit, CancellationToken cancellationToken)
    {
        var jobs = await ListAsync(userId, status: null, after, limit, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var ids = jobs.Select(job => job.JobId).ToArray();
        var recent = await context.Runs.AsNoTracking().Where(run => ids.Contains(run.JobId)).ToListAsync(cancellationToken);
        var past = await context.PastRuns([.. ids.Except(recent.Select(run => run.JobId))]).ToListAsync(cancellationToken);
        var runs = recent.Concat(past).ToLookup(run => run.JobId);
        return [.. jobs.Select(job => new Receipt(job, [.. runs[job.JobId].OrderBy(run => run.Number)]))];
    }

    /// <summary>The account that the user of a job was joined into, or else the user; null when there is no such job.</summary>
    public async Task<Guid?> OwnerOfAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindUserAsync(context, jobId, cancellationToken) is { } userId
            ? (await context.PersonOfAsync(userId, cancellationToken))[0]
            : null;
    }

    /// <summary>The job with its runs.</summary>
    public async Task<Receipt?> FindReceiptAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(context, userId, jobId, cancellationToken) is not { } job)
        {
            return null;
        }
        return new Receipt(job, await RunsAsync(context, jobId, cancellationToken));
    }

    /// <summary>The path of the window of a job that the caller has read.</summary>
    public async Task<WindowPath?> FindPathAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Paths.Where(path => path.JobId == jobId).Select(path => path.Path).SingleOrDefaultAsync(cancellationToken)
            ?? await context.PastPath(jobId).Select(path => path.Path).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Newest first; one more than <paramref name="limit"/> when there is a next page.</summary>
    public async Task<IReadOnlyList<JobSummary>> ListAsync(
        Guid userId, JobStatus? status, JobCursor? after, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var users = await context.UsersOfAsync(userId, cancellationToken);
        var jobs = users.Length == 1 ? Recent(context, userId, status, after) : context.RecentJobs(users, status, after, limit + 1);
        var recent = await jobs.OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.JobId)
            .Take(limit + 1).Select(JobSummary.Projection).ToListAsync(cancellationToken);
        if (recent.Count > limit && recent[^1].CreatedAt > time.GetUtcNow() - options.Value.ShortestKeep)
        {
            // The history has only older ones.
            return recent;
        }
        var past = await context.PastJobs(users, status, after, limit + 1).Select(JobSummary.Projection)
            .ToListAsync(cancellationToken);
        // A job that moves between the two reads is in both.
        return [.. recent.Concat(past).DistinctBy(job => job.JobId)
            .OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.JobId).Take(limit + 1)];
    }

    private static async Task<JobSummary?> FindAsync(
        JobsDbContext context, Guid userId, Guid jobId, CancellationToken cancellationToken) =>
        await Visible(context, userId, jobId).Select(JobSummary.Projection).SingleOrDefaultAsync(cancellationToken)
        ?? await context.PastJob(userId, jobId).Select(JobSummary.Projection).SingleOrDefaultAsync(cancellationToken);

    private static IQueryable<Job> Visible(JobsDbContext context, Guid userId, Guid jobId) => context.Jobs.AsNoTracking()
        .Where(job => job.JobId == jobId && job.Status != JobStatus.Created && (job.UserId == userId
            || context.JoinedUsers.Any(joined => joined.FromUserId == job.UserId && joined.IntoUserId == userId)));

    private static IQueryable<Job> Recent(JobsDbContext context, Guid userId, JobStatus? status, JobCursor? after)
    {
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
        return jobs;
    }

    private static async Task<Guid?> FindUserAsync(JobsDbContext context, Guid jobId, CancellationToken cancellationToken)
    {
        var users = await context.Jobs.Where(job => job.JobId == jobId).Select(job => job.UserId)
            .Union(context.History.Where(past => past.JobId == jobId).Select(past => past.UserId)).ToListAsync(cancellationToken);
        return users is [var userId] ? userId : null;
    }

    private static async Task<List<Run>> RunsAsync(JobsDbContext context, Guid jobId, CancellationToken cancellationToken)
    {
        var runs = await context.Runs.AsNoTracking().Where(run => run.JobId == jobId).OrderBy(run => run.Number)
            .ToListAsync(cancellationToken);
        return runs.Count > 0
            ? runs
            : await context.PastRuns([jobId]).OrderBy(run => run.Number).ToListAsync(cancellationToken);
    }
}
