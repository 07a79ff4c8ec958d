using System.Collections.Concurrent;

namespace ReelBallers.Jobs;

/// <summary>
/// Reads the status of a job's runs from RunPod until one ends; a callback makes the next poll due at once. A job has
/// succeeded when its output is in storage, whatever RunPod reports; our own deadlines end a run that RunPod does not end.
/// </summary>
internal sealed partial class PollStep(
    RunPodClient runPod, JobOutputs outputs, PollQueue queue, PollTimes times, IntentLoopParts parts,
    ILogger<PollStep> logger)
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

    private async Task PollAsync(Lease lease, CancellationToken cancellationToken)
    {
        if (await Store.FindWithRunsAsync(lease.JobId, cancellationToken) is not { Job: { IsDecided: false } job } found)
        {
            await Store.UpdateAsync(lease.JobId, locked => RemovePoll(locked, lease), cancellationToken);
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
            await Store.UpdateAsync(lease.JobId, locked => Record(locked, lease, readings), cancellationToken);
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
        readings.ForEach(reading => Identify(locked, reading));
        locked.Complete(output);
    }

    private void Record(LockedJob locked, Lease lease, List<RunReading> readings)
    {
        RunEnd? ended = null;
        var version = locked.Job.Version;
        foreach (var reading in readings)
        {
            ended = Apply(locked, reading) ?? ended;
        }
        if (locked.Job.IsDecided)
        {
            return;
        }
        SettleSuperseded(locked);
        if (locked.Runs.All.Any(run => run.IsOpen && run.KnownId is not null))
        {
            Continue(locked, lease, readings, isQuiet: locked.Job.Version == version);
        }
        else if (ended is not null && !locked.Runs.AnyOpen)
        {
            EndOrRetry(locked, lease, ended);
        }
        else
        {
            RemovePoll(locked, lease);
            if (!locked.Has(IntentKind.Dispatch))
            {
                locked.Add(IntentKind.Dispatch);
            }
        }
    }

    /// <summary>After a fault of the provider's another run is started, at our expense.</summary>
    private void EndOrRetry(LockedJob locked, Lease lease, RunEnd ended)
    {
        if (!ended.IsProviderFault || locked.Runs.LostCount >= Options.MaxRuns)
        {
            locked.End(ended.Outcome, ended.Error);
            return;
        }
        LogRetried(locked.Job.JobId, locked.Runs.All.Count, ended.Error);
        RemovePoll(locked, lease);
        locked.Apply(JobEvent.RunLost, new JobFacts { Delay = Options.Backoff(locked.Runs.LostCount) });
    }

    /// <summary>A run that was given up has turned up: it is waited for when there is no other, and stopped otherwise.</summary>
    private static void SettleSuperseded(LockedJob locked)
    {
        foreach (var run in locked.Runs.All.Where(run => run is { NeedsCancel: true, RunPodId: not null }))
        {
            if (!locked.Runs.AnyOpen)
            {
                run.Apply(RunEvent.Reopened, locked.Now);
            }
            else if (!locked.Has(IntentKind.Cancel))
            {
                locked.Add(IntentKind.Cancel);
            }
        }
    }

    /// <summary>How the run has ended, if the job was waiting for it.</summary>
    private static RunEnd? Apply(LockedJob locked, RunReading reading)
    {
        Identify(locked, reading);
        if (locked.Runs.Find(reading.Number) is not { } run)
        {
            return null;
        }
        var wasOpen = run.IsOpen;
        if (reading.End is { } end)
        {
            run.Apply(end.Event, locked.Now);
            if (reading.IsCrash)
            {
                run.Crash();
            }
            return wasOpen ? end : null;
        }
        if (reading.Progress is { } percent && run.Apply(RunEvent.Started, locked.Now))
        {
            locked.Progress(percent);
        }
        return null;
    }

    /// <summary>Stores what RunPod knows of a run, or forgets an id that RunPod does not know.</summary>
    private static void Identify(LockedJob locked, RunReading reading)
    {
        if (locked.Runs.Find(reading.Number) is not { } run)
        {
            return;
        }
        if (reading.IsKnown)
        {
            run.Identify(reading.RunPodId);
            run.Apply(RunEvent.Accepted, locked.Now);
            run.Record(reading.Status.Usage);
        }
        else if (reading.Status is RunPodStatus.NotFound)
        {
            run.Hint(null);
        }
    }

    private void Continue(LockedJob locked, Lease lease, List<RunReading> readings, bool isQuiet)
    {
        if (locked.Runs.All.Any(run => run is { IsOpen: true, RunPodId: not null }))
        {
            locked.Remove(IntentKind.Dispatch);
        }
        var quiet = isQuiet ? lease.Attempts + 1 : 0;
        var missingSince = readings.Exists(reading => reading.Status is RunPodStatus.NotFound) ? lease.WaitingSince ?? locked.Now
            : readings.Exists(reading => reading.IsKnown) ? null
            : lease.WaitingSince;
        var unreachable = readings.Select(reading => reading.Status).OfType<RunPodStatus.Unreachable>().FirstOrDefault();
        locked.Reschedule(
            lease, times.Next(quiet) + (unreachable?.RetryAfter ?? TimeSpan.Zero), quiet, missingSince, unreachable?.Reason);
    }

    private static void RemovePoll(LockedJob locked, Lease lease)
    {
        if (locked.HasLease(lease))
        {
            locked.Remove(IntentKind.Poll);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Run {Run} of job {JobId} was lost at RunPod ({Reason}): another one is started")]
    private partial void LogRetried(Guid jobId, int run, string reason);

    [LoggerMessage(LogLevel.Information, "The status of run {Run} of job {JobId} could not be read from RunPod: {Reason}")]
    private partial void LogUnreachable(Guid jobId, int run, string reason);
}
