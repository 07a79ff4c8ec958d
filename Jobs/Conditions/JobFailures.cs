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

    public async Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var limits = new FailureLimit(settings.FailurePercent, settings.MinJobs, FewAtLeast, FailuresAtLeast);
        var now = time.GetUtcNow();
        var window = await CountAsync(Ended(now - TimeSpan.FromMinutes(settings.WindowMinutes)), cancellationToken);
        if (limits.IsExceededIn(window.Count))
        {
            return [Told($"{window.Count.Failed} of {window.Count.All} jobs have failed in {settings.WindowMinutes} minutes", window)];
        }
        if (limits.IsEnough(window.Count))
        {
            return [];
        }
        var latest = await CountAsync(
            Ended(now - FailureLimit.Longest).OrderByDescending(row => row.EndedAt).Take(settings.MinJobs), cancellationToken);
        return limits.IsExceededAmong(latest.Count)
            ? [Told($"{latest.Count.Failed} of the last {latest.Count.All} jobs of a day have failed", latest)]
            : [];

        OpenCondition Told(string text, (FailureCount, DateTimeOffset First) found) =>
            new("jobs", $"{text}, more than {settings.FailurePercent} %.", found.First);
    }

    private IQueryable<EndedJob> Ended(DateTimeOffset since) =>
        database.EndedJobs.Where(row => row.EndedAt > since && row.Status != JobStatus.Cancelled);

    private static async Task<(FailureCount Count, DateTimeOffset First)> CountAsync(
        IQueryable<EndedJob> jobs, CancellationToken cancellationToken)
    {
        var counts = await jobs.GroupBy(row => row.Status != JobStatus.Completed)
            .Select(group => new { HaveFailed = group.Key, Count = group.LongCount(), First = group.Min(row => row.EndedAt) })
            .ToListAsync(cancellationToken);
        var failed = counts.Find(count => count.HaveFailed);
        return (new FailureCount(counts.Sum(count => count.Count), failed?.Count ?? 0), failed?.First ?? default);
    }
}
