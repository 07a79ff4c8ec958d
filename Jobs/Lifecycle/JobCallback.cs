using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Jobs;

/// <summary>
/// RunPod's callback is a hint, no more: it says which job to look at now, and under which id RunPod may know it.
/// </summary>
internal sealed class JobCallback(IDbContextFactory<JobsDbContext> contexts, JobChanges changes)
{
    public async Task TakeAsync(Guid jobId, string? runPodId, CancellationToken cancellationToken)
    {
        var hint = runPodId is not null && !await IsAnothersAsync(jobId, runPodId, cancellationToken) ? runPodId : null;
        await changes.ApplyAsync(
            jobId,
            change =>
            {
                if (!change.Job.IsDecided)
                {
                    change.Job.Hint(hint);
                    // Whoever polls at this moment may have asked RunPod too early: the lease is broken.
                    change.Add(IntentKind.Follow);
                }
            },
            cancellationToken);
    }

    private async Task<bool> IsAnothersAsync(Guid jobId, string runPodId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Jobs.AnyAsync(job => job.RunPodId == runPodId && job.JobId != jobId, cancellationToken);
    }
}
