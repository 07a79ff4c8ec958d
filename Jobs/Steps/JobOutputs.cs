using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>A job's output as it lies in storage.</summary>
internal sealed record JobOutput(string Key, long SizeBytes);

/// <summary>
/// Asks storage for the output, which only a holder of the job's signed URL can have written. It is what counts,
/// whatever RunPod says.
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
