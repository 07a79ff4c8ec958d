using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// A RunPod callback is only a hint: it makes the poll of a job due now and names a RunPod id, which is verified at RunPod.
/// </summary>
internal sealed class JobCallback(JobStore store, ServiceTracer tracer)
{
    public async Task ReceiveAsync(Guid jobId, string? runPodId, CancellationToken cancellationToken)
    {
        var hint = runPodId is not null && !await store.BelongsToAnotherJobAsync(jobId, runPodId, cancellationToken) ? runPodId : null;
        await store.UpdateAsync(
            jobId,
            locked =>
            {
                // RunPod does not send our trace back; the job's row has it.
                using var span = tracer.Continue("receive callback", locked.Job.TraceParent);
                span?.SetTag("reelballers.job.id", jobId);
                Receive(locked, hint);
            },
            cancellationToken);
    }

    private static void Receive(LockedJob locked, string? hint)
    {
        if (hint is not null)
        {
            locked.Runs.Hint(hint);
        }
        if (!locked.Job.IsDecided)
        {
            // A poll in progress may have read the status too early, so its lease is revoked.
            locked.Add(IntentKind.Poll);
        }
        else if (locked.Runs.AnyToCancel)
        {
            // A run that was unknown when the job ended.
            locked.Add(IntentKind.Cancel);
        }
    }
}
