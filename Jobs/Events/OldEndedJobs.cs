using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Deletes the events of jobs that ended 30 days ago; their consumers have read them long before.</summary>
internal sealed class OldEndedJobs(IDbContextFactory<JobsDbContext> databases, TimeProvider time, ILogger<OldEndedJobs> logger)
    : PeriodicWorker(new PeriodicWork(TimeSpan.FromHours(1), "Old events of jobs could not be deleted") { Jitter = 0.25 }, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    /// <summary>Deletes what is old now.</summary>
    public async Task DeleteOldAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var until = Time.GetUtcNow() - Keep;
        await Batches.RepeatAsync(() => database.Database.ExecuteSqlAsync(
            $"""
            delete from ended_jobs where sequence in
              (select sequence from ended_jobs where ended_at < {until} limit {Batches.Size} for update skip locked)
            """, cancellationToken));
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => DeleteOldAsync(cancellationToken);
}
