using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>A job whose rows are locked in a transaction, with its intents. Intents are changed only here.</summary>
internal sealed class LockedJob(
    JobsDbContext context, Job job, List<Intent> intents, LockedRuns runs, TimeSpan abandonAfter, DateTimeOffset now)
{
    private const int MaxErrorLength = 500;

    private readonly HashSet<IntentKind> _dueNow = [];

    public Job Job => job;

    public LockedRuns Runs => runs;

    public DateTimeOffset Now => now;

    /// <summary>The kinds to wake after the commit.</summary>
    public IReadOnlyCollection<IntentKind> DueNow => _dueNow;

    /// <summary>Makes the intent due; an existing one is rescheduled and its lease revoked.</summary>
    public void Add(IntentKind kind, TimeSpan delay = default)
    {
        var intent = intents.Find(known => known.Kind == kind);
        if (intent is null)
        {
            intent = new Intent { JobId = job.JobId, Kind = kind };
            intents.Add(intent);
            context.Intents.Add(intent);
        }
        intent.DueAt = now + delay;
        intent.TraceParent = TraceParents.Current ?? job.TraceParent;
        Release(intent);
        if (delay <= TimeSpan.Zero)
        {
            _dueNow.Add(kind);
        }
    }

    /// <summary>A dispatch waits for its turn exactly while the job has no open run.</summary>
    public void Arrange()
    {
        if (intents.Find(known => known.Kind == IntentKind.Dispatch) is { } intent)
        {
            (intent.UserId, intent.QueuedAt) = (job.UserId, job.QueuedAt ?? job.CreatedAt);
            intent.Lane = runs.AnyOpen || intent.DeadSince is not null ? null : Lane.Of(job).ToString();
        }
    }

    public bool Has(IntentKind kind) => intents.Exists(known => known.Kind == kind && known.DeadSince is null);

    public void Remove(IntentKind kind)
    {
        if (intents.Find(known => known.Kind == kind) is { DeadSince: null } intent)
        {
            intents.Remove(intent);
            context.Intents.Remove(intent);
        }
    }

    /// <summary>Takes the intent out of processing and keeps it for an operator.</summary>
    public void DeadLetter(IntentKind kind, string error)
    {
        if (intents.Find(known => known.Kind == kind) is { } intent)
        {
            intent.DeadSince = now;
            intent.LastError = Fit(error);
            Release(intent);
        }
    }

    /// <summary>False when another attempt has taken over, or a callback has revoked the lease.</summary>
    public bool HasLease(Lease lease) => FindLeased(lease) is not null;

    /// <summary>Releases the lease after an attempt that did not finish the step; the intent is due again after the delay.</summary>
    public void Reschedule(Lease lease, TimeSpan delay, int attempts, DateTimeOffset? waitingSince = null, string? error = null)
    {
        if (FindLeased(lease) is { } intent)
        {
            intent.DueAt = now + delay;
            intent.Attempts = attempts;
            intent.Failures = 0;
            intent.WaitingSince = waitingSince;
            intent.LastError = Fit(error) ?? intent.LastError;
            Release(intent);
        }
    }

    /// <summary>Releases the lease after an attempt that threw; <see cref="Intent.Attempts"/> does not change.</summary>
    public void Fail(Lease lease, TimeSpan delay, string error)
    {
        if (FindLeased(lease) is { } intent)
        {
            intent.DueAt = now + delay;
            intent.Failures++;
            intent.LastError = Fit(error);
            Release(intent);
        }
    }

    /// <summary>Releases the lease when the service stops: the intent is due again.</summary>
    public void Release(Lease lease)
    {
        if (FindLeased(lease) is { } intent)
        {
            // The lease of a poll has set the time of the next one.
            intent.DueAt = intent.DueAt < now ? intent.DueAt : now;
            Release(intent);
        }
    }

    /// <summary>The hold is confirmed: the job becomes visible and is dispatched. False when it was abandoned.</summary>
    public bool Queue()
    {
        if (!job.Queue(now))
        {
            return false;
        }
        Remove(IntentKind.Abandon);
        Add(IntentKind.Dispatch);
        return true;
    }

    /// <summary>Fails a job whose hold was never confirmed: its caller got no job id.</summary>
    public void Abandon()
    {
        if (!job.IsHeld)
        {
            End(JobStatus.Failed, "The job could not be started.");
        }
    }

    /// <summary>Ends the job without an output; false when it was already decided.</summary>
    public bool End(JobStatus outcome, string error)
    {
        if (!job.Decide(outcome, error))
        {
            return false;
        }
        Close();
        return true;
    }

    /// <summary>Ends the job with an output; false when it was already decided.</summary>
    /// <param name="output">What is in storage.</param>
    /// <param name="winner">The number of the run that delivered it; null when there is none.</param>
    public bool Complete(JobOutput output, int? winner)
    {
        if (!job.DecideCompleted(output))
        {
            return false;
        }
        if (winner is { } number)
        {
            runs.Find(number)?.Apply(RunEvent.Delivered, now);
        }
        Close();
        return true;
    }

    /// <summary>Deletes the job: it was never held for and its caller got no job id.</summary>
    public void Delete()
    {
        context.Intents.RemoveRange(intents);
        context.Jobs.Remove(job);
    }

    private static void Release(Intent intent) => (intent.LeaseId, intent.LeasedUntil) = (null, null);

    private static string? Fit(string? error) => error is null ? null : TextLimits.Truncate(error.Replace('\0', ' '), MaxErrorLength);

    private Intent? FindLeased(Lease lease) => intents.Find(known => known.Kind == lease.Kind && known.LeaseId == lease.LeaseId);

    private void Close()
    {
        Remove(IntentKind.Abandon);
        Remove(IntentKind.Dispatch);
        Remove(IntentKind.Poll);
        runs.Close(job.Outcome!.Value);
        if (runs.AnyToCancel)
        {
            Add(IntentKind.Cancel);
        }
        // The hold of a job that is still being accepted may be in flight: its release must come later.
        Add(IntentKind.EndHold, job.IsHeld ? TimeSpan.Zero : job.CreatedAt + abandonAfter - now);
    }
}
