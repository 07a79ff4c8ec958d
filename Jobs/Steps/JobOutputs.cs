using System.Globalization;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>A job's output in storage.</summary>
/// <param name="Key">Its key.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="CostCents">What the job really cost; null when that is its price.</param>
/// <param name="Path">The path of the window that followed a subject; null of other jobs.</param>
internal sealed record JobOutput(string Key, long SizeBytes, long? CostCents = null, WindowPath? Path = null);

/// <summary>An output that is whole, or what is wrong with one that is there; neither when there is none.</summary>
internal readonly record struct OutputCheck(JobOutput? Output, string? Problem = null);

/// <summary>
/// Looks up a job's output in storage, which only the holder of the job's signed URL can have written. It counts when it is whole:
/// what the worker's manifest says, and as long as the source.
/// </summary>
internal sealed class JobOutputs(StorageService.StorageServiceClient storage, Settlement settlement)
{
    public async Task<JobOutput?> FindAsync(Job job, CancellationToken cancellationToken) =>
        (await CheckAsync(job, cancellationToken)).Output;

    public async Task<OutputCheck> CheckAsync(Job job, CancellationToken cancellationToken)
    {
        var request = new ReadOutputRequest { UserId = job.UserId.ToString(), JobId = job.JobId.ToString() };
        var read = await storage.ReadOutputAsync(request, cancellationToken: cancellationToken);
        if (!read.Found)
        {
            return new OutputCheck(null, read.Problem.Length > 0 ? read.Problem : null);
        }
        var (seconds, expected) = (read.DurationMs / 1000.0, (double)(job.Work.Source?.DurationSeconds ?? 0));
        return seconds < expected - Tolerance(expected)
            ? new OutputCheck(null, string.Create(CultureInfo.InvariantCulture, $"it ends after {seconds:0.0} s of {expected:0.0} s"))
            : new OutputCheck(new JobOutput(
                read.Key, read.SizeBytes, settlement.CostCents(job, TimeSpan.FromSeconds(seconds)), WindowPath.Of(read)));
    }

    /// <summary>How much may be missing, as for the worker: containers and codecs round.</summary>
    private static double Tolerance(double seconds) => Math.Clamp(seconds * 0.02, 0.5, 2);
}
