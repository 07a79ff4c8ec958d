using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>A job as its user exports it: what was asked for, what came of it and what it has cost.</summary>
internal sealed record ExportedJob(
    Guid JobId, Guid Uid, string ProjectId, JobType Type, JobStatus Status, Work Work, string SourceKey, string? OutputKey,
    long? OutputSizeBytes, string? Error, Guid? RetryOf, long CostCents, long? ChargedCents, long RefundedCents, string? HoldTransferId,
    string? SettlementTransferId, string? RefundTransferId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>The jobs of a user, those of the history too, in pages.</summary>
internal sealed class UserJobs(IDbContextFactory<JobsDbContext> contexts) : IUserDataSource
{
    private const int PageSize = 200;

    /// <inheritdoc />
    public async IAsyncEnumerable<UserDataEntry> ReadAsync(Guid userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var users = await context.UsersOfAsync(userId, cancellationToken);
        // A job that moves to the history meanwhile is in both; the work tables come first, so that none is in neither.
        var seen = new HashSet<Guid>();
        foreach (var page in new Func<JobCursor?, IQueryable<Job>>[]
        {
            after => context.RecentJobs(users, status: null, after, PageSize),
            after => context.PastJobs(users, status: null, after, PageSize),
        })
        {
            JobCursor? after = null;
            List<Job> jobs;
            do
            {
                jobs = await page(after).OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.JobId).Take(PageSize)
                    .ToListAsync(cancellationToken);
                foreach (var job in jobs.Where(job => seen.Add(job.JobId)))
                {
                    yield return new UserDataEntry("jobs", ToExported(job));
                }
                after = jobs.Count > 0 ? new JobCursor(jobs[^1].CreatedAt, jobs[^1].JobId) : null;
            }
            while (jobs.Count == PageSize);
        }
    }

    private static ExportedJob ToExported(Job job) => new(
        job.JobId, job.UserId, job.ProjectId, job.Type, job.Status, job.Work, job.SourceKey, job.OutputKey, job.OutputSizeBytes, job.Error,
        job.RetryOf, job.CostCents, job.ChargedCents, job.RefundedCents, job.HoldTransferId, job.SettlementTransferId, job.RefundTransferId,
        job.CreatedAt, job.UpdatedAt);
}
