using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Whether more jobs fail or time out than is accepted. Cancelled ones do not count.</summary>
internal sealed class JobFailures(JobsDbContext database, IOptions<JobAlertOptions> options, TimeProvider time) : IConditionSource
{
    public string Kind => ConditionKinds.JobFailures;

    public async Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var since = time.GetUtcNow() - TimeSpan.FromMinutes(settings.WindowMinutes);
        var counts = await database.EndedJobs.Where(row => row.EndedAt > since && row.Status != JobStatus.Cancelled)
            .GroupBy(row => row.Status != JobStatus.Completed)
            .Select(group => new { HaveFailed = group.Key, Count = group.LongCount(), First = group.Min(row => row.EndedAt) })
            .ToListAsync(cancellationToken);
        var all = counts.Sum(count => count.Count);
        if (counts.Find(count => count.HaveFailed) is not { } failed
            || all < settings.MinJobs || failed.Count * 100 <= all * settings.FailurePercent)
        {
            return [];
        }
        return
        [
            new OpenCondition(
                "jobs",
                $"{failed.Count} of {all} jobs have failed in {settings.WindowMinutes} minutes, more than {settings.FailurePercent} %.",
                failed.First),
        ];
    }
}
