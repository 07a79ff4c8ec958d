using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>A job whose rows are locked in a transaction, with its intents. Jobs and intents are changed only here.</summary>
internal sealed partial class LockedJob(
    JobsDbContext context, Job job, List<Intent> intents, LockedRuns runs, TimeSpan abandonAfter, DateTimeOffset now)
{
    private const int MaxErrorLength = 500;

    private readonly HashSet<IntentKind> _dueNow = [];

    public Job Job => job;

    public LockedRuns Runs => runs;

    public DateTimeOffset Now => now;

    /// <summary>Whether its user sees it end by this change.</summary>
    public bool HasEnded { get; private set; }

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
            (intent.UserId, intent.QueuedAt) = (job.UserId, JobsOptions.QueuedSince(job.QueuedAt ?? job.CreatedAt, runs.All));
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
            intent.Faults = 0;
            intent.WaitingSince = waitingSince;
            intent.LastError = Fit(error) ?? intent.LastError;
            Release(intent);
        }
    }

    /// <summary>Releases the lease after an attempt that threw; <see cref="Intent.Attempts"/> does not change.</summary>
    /// <returns>How many attempts in a row may have failed by a bug.</returns>
    public int Fail(Lease lease, TimeSpan delay, string error, bool isOutage)
    {
        if (FindLeased(lease) is not { } intent)
        {
            return 0;
        }
        intent.DueAt = now + delay;
        intent.Failures++;
        intent.Faults += isOutage ? 0 : 1;
        intent.LastError = Fit(error);
        Release(intent);
        return intent.Faults;
    }

    /// <summary>Makes a dead intent due again; false when it is not dead.</summary>
    public bool Revive(IntentKind kind)
    {
        if (intents.Find(known => known.Kind == kind) is not { DeadSince: not null } intent)
        {
            return false;
        }
        intent.DeadSince = null;
        (intent.Attempts, intent.Failures, intent.Faults, intent.WaitingSince) = (0, 0, 0, null);
        Add(kind);
        return true;
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

    private static void Release(Intent intent) => (intent.LeaseId, intent.LeasedUntil) = (null, null);

    private static string? Fit(string? error) => error is null ? null : TextLimits.Truncate(error.Replace('\0', ' '), MaxErrorLength);

    private Intent? FindLeased(Lease lease) => intents.Find(known => known.Kind == lease.Kind && known.LeaseId == lease.LeaseId);
}
