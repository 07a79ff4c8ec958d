using System.Collections.Concurrent;

namespace ReelBallers.Jobs;

/// <summary>
/// Reads the status of a job's runs from RunPod until one ends; a callback makes the next poll due at once. A job has
/// succeeded when its output is in storage, whatever RunPod reports; our own deadlines end a run that RunPod does not end.
/// </summary>
internal sealed partial class PollStep(
    RunPodClient runPod, JobOutputs outputs, PollQueue queue, RunReadings recorder, IntentLoopParts parts, ILogger<PollStep> logger)
    : IntentLoop(IntentKind.Poll, concurrency: 32, parts)
{
    // Polls without a change before storage is checked too: a late progress report can overwrite the result at RunPod.
    private const int QuietPolls = 5;

    // The lease of a poll may end before a slow answer comes.
    private readonly ConcurrentDictionary<Guid, Guid> _polled = new();

    protected override Task<IReadOnlyList<Lease>> LeaseDueAsync(int limit, CancellationToken cancellationToken) =>
        queue.LeaseAsync(limit, cancellationToken);

    protected override async Task HandleAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (!_polled.TryAdd(lease.JobId, lease.LeaseId))
        {
            return;
        }
        try
        {
            await PollAsync(lease, cancellationToken);
        }
        finally
        {
            _polled.TryRemove(lease.JobId, out _);
        }
    }

    protected override Task<bool> IsDeliveredAsync(Lease lease, CancellationToken cancellationToken) =>
        outputs.TryCompleteAsync(Store, lease.JobId, cancellationToken);

    private async Task PollAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (await Store.FindWithRunsAsync(lease.JobId, cancellationToken) is not { Job: { IsDecided: false } job } found)
        {
            await Store.UpdateAsync(lease.JobId, locked => RunReadings.RemovePoll(locked, lease), cancellationToken);
            return;
        }
        var readings = new List<RunReading>();
        foreach (var run in found.Runs.Where(run => run.IsPolled))
        {
            readings.Add(await ReadAsync(job, run, lease.WaitingSince, cancellationToken));
        }
        var isQuiet = lease.Attempts >= QuietPolls && found.Runs.Any(run => run.StartedAt is not null);
        // Without a run to ask about, a callback named none: then storage decides.
        if (isQuiet || readings.Count == 0 || readings.Exists(reading => reading.NeedsOutput))
        {
            var check = await outputs.CheckAsync(job, found.Runs, cancellationToken);
            if (check.Output is { } output)
            {
                await Store.UpdateAsync(lease.JobId, locked => Deliver(locked, readings, output), cancellationToken);
                return;
            }
            readings = readings.ConvertAll(reading => reading.With(check.Problems.GetValueOrDefault(reading.Number)));
        }
        // Without news nothing is written: the lease has set the time of the next poll.
        if (readings.Count == 0 || lease.WaitingSince is not null || readings.Exists(reading => !reading.IsOldNews))
        {
            await Store.UpdateAsync(lease.JobId, locked => recorder.Record(locked, lease, readings), cancellationToken);
        }
    }

    private async Task<RunReading> ReadAsync(Job job, Run run, DateTimeOffset? missingSince, CancellationToken cancellationToken)
    {
        var status = await runPod.StatusAsync(run.EndpointId, run.KnownId!, cancellationToken);
        if (status is RunPodStatus.Unreachable unreachable)
        {
            LogUnreachable(job.JobId, run.Number, unreachable.Reason);
        }
        // An id that only a callback has named may be another job's by now.
        if (run.RunPodId is null && await Store.BelongsToAnotherJobAsync(job.JobId, run.KnownId!, cancellationToken))
        {
            status = new RunPodStatus.NotFound();
        }
        return RunReading.Of(job, run, status, missingSince, Options, Now);
    }

    /// <summary>The output of a run is there: the others are cancelled.</summary>
    private static void Deliver(LockedJob locked, List<RunReading> readings, JobOutput output)
    {
        readings.ForEach(reading => RunReadings.Identify(locked, reading));
        locked.Complete(output);
    }

    [LoggerMessage(LogLevel.Information, "The status of run {Run} of job {JobId} could not be read from RunPod: {Reason}")]
    private partial void LogUnreachable(Guid jobId, int run, string reason);
}
