using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Jobs;

/// <summary>
/// RunPod's callback is a hint, no more: it says which job to look at now, and under which id RunPod may know it.
/// </summary>
internal sealed class JobCallback(IDbContextFactory<JobsDbContext> contexts, JobStore store)
{
    public async Task ReceiveAsync(Guid jobId, string? runPodId, CancellationToken cancellationToken)
    {
        var hint = runPodId is not null && !await IsAnothersAsync(jobId, runPodId, cancellationToken) ? runPodId : null;
        await store.UpdateAsync(
            jobId,
            locked =>
            {
                if (!locked.Job.IsDecided)
                {
                    locked.Job.SetHint(hint);
                    // Whoever polls at this moment may have asked RunPod too early: the lease is broken.
                    locked.Add(IntentKind.Poll);
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
