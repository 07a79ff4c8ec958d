using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// A RunPod callback is only a hint: it makes the poll of a job due now and names a RunPod id, which the poll verifies.
/// </summary>
internal sealed class JobCallback(IDbContextFactory<JobsDbContext> contexts, JobStore store, ServiceTracer tracer)
{
    public async Task ReceiveAsync(Guid jobId, string? runPodId, CancellationToken cancellationToken)
    {
        var hint = runPodId is not null && !await BelongsToAnotherJobAsync(jobId, runPodId, cancellationToken) ? runPodId : null;
        await store.UpdateAsync(
            jobId,
            locked =>
            {
                if (!locked.Job.IsDecided)
                {
                    // RunPod does not send our trace back; the job's row has it.
                    using var span = tracer.Continue("receive callback", locked.Job.TraceParent);
                    span?.SetTag("reelballers.job.id", jobId);
                    locked.Job.SetHint(hint);
                    // A poll in progress may have read the status too early, so its lease is revoked.
                    locked.Add(IntentKind.Poll);
                }
            },
            cancellationToken);
    }

    private async Task<bool> BelongsToAnotherJobAsync(Guid jobId, string runPodId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Jobs.AnyAsync(job => job.RunPodId == runPodId && job.JobId != jobId, cancellationToken);
    }
}
