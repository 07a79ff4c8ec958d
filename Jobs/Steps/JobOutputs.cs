using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>A job's output in storage.</summary>
/// <param name="Key">Its key.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="CostCents">What the job really cost; null when that is its price.</param>
internal sealed record JobOutput(string Key, long SizeBytes, long? CostCents = null);

/// <summary>
/// Looks up a job's output in storage, which only the holder of the job's signed URL can have written.
/// </summary>
internal sealed class JobOutputs(StorageService.StorageServiceClient storage)
{
    public async Task<JobOutput?> FindAsync(Job job, CancellationToken cancellationToken)
    {
        var request = new HeadOutputRequest { UserId = job.UserId.ToString(), JobId = job.JobId.ToString() };
        var head = await storage.HeadOutputAsync(request, cancellationToken: cancellationToken);
        return head.Found ? new JobOutput(head.Key, head.SizeBytes) : null;
    }
}
