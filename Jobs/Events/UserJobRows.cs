using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Reads jobs for their user's event stream.</summary>
internal sealed class UserJobRows(IDbContextFactory<JobsDbContext> contexts, JobOutlooks outlooks) : IUserRows<JobView>
{
    // Who was away for longer lists them instead.
    private const int MaxJobs = 1000;

    private static readonly JobStatus[] Open = [JobStatus.Queued, JobStatus.Running];

    public string EventName => "job";

    public async Task<IReadOnlyList<UserRow<JobView>>> ReadAsync(Guid[] users, long? since, CancellationToken cancellationToken)
    {
        List<JobSummary> jobs;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var own = context.Jobs.AsNoTracking().Where(job => users.Contains(job.UserId) && job.Status != JobStatus.Created);
            var wanted = since is { } position
                ? own.Where(job => EF.Property<long?>(job, JobsDbContext.ChangedIn) >= position)
                : own.Where(job => Open.Contains(job.Status));
            jobs = await wanted.OrderByDescending(job => EF.Property<long?>(job, JobsDbContext.ChangedIn)).Take(MaxJobs)
                .Select(JobSummary.Projection).ToListAsync(cancellationToken);
        }
        jobs.Reverse();
        var rows = new List<UserRow<JobView>>(jobs.Count);
        foreach (var job in jobs)
        {
            rows.Add(new UserRow<JobView>(job.JobId, job.Version, await outlooks.ViewAsync(job, cancellationToken)));
        }
        return rows;
    }
}
