using System.Globalization;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>A job's output in storage.</summary>
/// <param name="Run">The number of the run that wrote it.</param>
/// <param name="Key">Its key.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="CostCents">What the job really cost; null when that is its price.</param>
/// <param name="Path">The path of the window that followed a subject; null of other jobs.</param>
internal sealed record JobOutput(int Run, string Key, long SizeBytes, long? CostCents = null, WindowPath? Path = null);

/// <summary>What the runs of a job have written.</summary>
/// <param name="Output">An output that is whole, if there is one.</param>
/// <param name="Problems">What is wrong with the others, by run; without those that have written none.</param>
internal sealed record OutputCheck(JobOutput? Output, IReadOnlyDictionary<int, string> Problems);

/// <summary>
/// Looks up a job's output in storage, which only the holder of a run's signed URL can have written, once. It counts when it is whole:
/// what the worker's manifest says, and as long as the source.
/// </summary>
internal sealed class JobOutputs(StorageService.StorageServiceClient storage, Settlement settlement)
{
    public async Task<JobOutput?> FindAsync(Job job, IReadOnlyList<Run> runs, CancellationToken cancellationToken) =>
        (await CheckAsync(job, runs, cancellationToken)).Output;

    /// <summary>Ends a job that has delivered; false when none of its runs has, or when it was decided already.</summary>
    public async Task<bool> TryCompleteAsync(JobStore store, Guid jobId, CancellationToken cancellationToken)
    {
        var isCompleted = false;
        if (await store.FindWithRunsAsync(jobId, cancellationToken) is { Job: { IsDecided: false } job, Runs: { Count: > 0 } runs }
            && await FindAsync(job, runs, cancellationToken) is { } output)
        {
            await store.UpdateAsync(jobId, locked => isCompleted = locked.Complete(output), cancellationToken);
        }
        return isCompleted;
    }

    /// <summary>Looks at the output of each run, the newest first, until one is whole.</summary>
    public async Task<OutputCheck> CheckAsync(Job job, IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<int, string>();
        // A run that RunPod has rejected is forgotten, and may have been executed all the same.
        foreach (var run in runs.Count == 0 ? [1] : runs.Select(run => run.Number).Reverse())
        {
            var (output, problem) = await ReadAsync(job, run, cancellationToken);
            if (output is not null)
            {
                return new OutputCheck(output, problems);
            }
            if (problem.Length > 0)
            {
                problems[run] = problem;
            }
        }
        return new OutputCheck(null, problems);
    }

    private async Task<(JobOutput? Output, string Problem)> ReadAsync(Job job, int run, CancellationToken cancellationToken)
    {
        var request = new ReadOutputRequest { UserId = job.UserId.ToString(), JobId = job.JobId.ToString(), Run = run };
        var read = await storage.ReadOutputAsync(request, cancellationToken: cancellationToken);
        if (!read.Found)
        {
            return (null, read.Problem);
        }
        var (seconds, expected) = (read.DurationMs / 1000.0, (double)(job.Work.Source?.DurationSeconds ?? 0));
        if (seconds < expected - Tolerance(expected))
        {
            return (null, string.Create(CultureInfo.InvariantCulture, $"it ends after {seconds:0.0} s of {expected:0.0} s"));
        }
        var costCents = settlement.CostCents(job, TimeSpan.FromSeconds(seconds));
        return (new JobOutput(run, read.Key, read.SizeBytes, costCents, WindowPath.Of(read)), "");
    }

    /// <summary>How much may be missing, as for the worker: containers and codecs round.</summary>
    private static double Tolerance(double seconds) => Math.Clamp(seconds * 0.02, 0.5, 2);
}
