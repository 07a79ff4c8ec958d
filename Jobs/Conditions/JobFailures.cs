using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Whether more jobs fail or time out than is accepted (<see cref="FailureLimit"/>). Cancelled ones do not count.</summary>
internal sealed class JobFailures(JobsDbContext database, IOptions<JobAlertOptions> options, TimeProvider time) : IConditionSource
{
    private const int FewAtLeast = 3;
    private const int FailuresAtLeast = 3;

    public string Kind => ConditionKinds.JobFailures;

    public Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        return new FailureLimit(
            "jobs", settings.FailurePercent, settings.WindowMinutes, settings.MinJobs, FewAtLeast, FailuresAtLeast).FindAsync(
                time.GetUtcNow(),
                since => CountAsync(Ended(since), cancellationToken),
                since => CountAsync(Ended(since).OrderByDescending(row => row.EndedAt).Take(settings.MinJobs), cancellationToken));
    }

    private IQueryable<EndedJob> Ended(DateTimeOffset since) =>
        database.EndedJobs.Where(row => row.EndedAt > since && row.Status != JobStatus.Cancelled);

    private static async Task<FailureCount> CountAsync(IQueryable<EndedJob> jobs, CancellationToken cancellationToken)
    {
        var counts = await jobs.GroupBy(row => row.Status != JobStatus.Completed)
            .Select(group => new { HaveFailed = group.Key, Count = group.LongCount(), First = group.Min(row => row.EndedAt) })
            .ToListAsync(cancellationToken);
        var failed = counts.Find(count => count.HaveFailed);
        return new FailureCount(counts.Sum(count => count.Count), failed?.Count ?? 0, failed?.First ?? default);
    }
}
