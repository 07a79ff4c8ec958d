using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Deletes the events of jobs that ended 30 days ago; their consumers have read them long before.</summary>
internal sealed class OldEndedJobs(IDbContextFactory<JobsDbContext> databases, TimeProvider time, ILogger<OldEndedJobs> logger)
    : PurgeWorker<JobsDbContext>("events of jobs", databases, time, logger)
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    protected override IEnumerable<FormattableString> Statements(DateTimeOffset now) =>
    [
        $"""
        delete from ended_jobs where sequence in
          (select sequence from ended_jobs where ended_at < {now - Keep} limit {Batches.Size} for update skip locked)
        """,
    ];
}
