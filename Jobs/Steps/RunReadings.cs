using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>Stores what was read of the runs of a job: they go on, one has ended, or another is started.</summary>
internal sealed partial class RunReadings(PollTimes times, IOptions<JobsOptions> options, ILogger<RunReadings> logger)
{
    private readonly JobsOptions _options = options.Value;

    /// <summary>Stores what was read, and what follows from it.</summary>
    public void Record(LockedJob locked, Lease lease, List<RunReading> readings)
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
        if (!ended.IsProviderFault || locked.Runs.LostCount >= _options.MaxRuns)
        {
            locked.End(ended.Outcome, ended.Error);
            return;
        }
        LogRetried(locked.Job.JobId, locked.Runs.All.Count, ended.Error);
        RemovePoll(locked, lease);
        locked.Apply(JobEvent.RunLost, new JobFacts { Delay = _options.Backoff(locked.Runs.LostCount) });
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
    private RunEnd? Apply(LockedJob locked, RunReading reading)
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
            if (wasOpen)
            {
                return end;
            }
            LogSupersededEnded(reading.Number, locked.Job.JobId, end.Error);
            return null;
        }
        if (reading.Progress is { } percent && run.Apply(RunEvent.Started, locked.Now))
        {
            locked.Progress(percent);
        }
        return null;
    }

    /// <summary>Stores what RunPod knows of a run, or forgets an id that RunPod does not know.</summary>
    public static void Identify(LockedJob locked, RunReading reading)
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

    public static void RemovePoll(LockedJob locked, Lease lease)
    {
        if (locked.HasLease(lease))
        {
            locked.Remove(IntentKind.Poll);
        }
    }

    [LoggerMessage(LogLevel.Information, "Run {Run} of job {JobId}, which is not waited for any more, ended without an output: {Reason}")]
    private partial void LogSupersededEnded(int run, Guid jobId, string reason);

    [LoggerMessage(LogLevel.Warning, "Run {Run} of job {JobId} was lost at RunPod ({Reason}): another one is started")]
    private partial void LogRetried(Guid jobId, int run, string reason);
}
