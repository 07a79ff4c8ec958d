namespace ReelBallers.Jobs;

/// <summary>A locked job with its intents, inside a transaction.</summary>
internal sealed class LockedJob(JobsDbContext context, Job job, List<Intent> intents, TimeSpan abandonAfter, DateTimeOffset now)
{
    private readonly HashSet<IntentKind> _dueNow = [];

    public Job Job => job;

    public DateTimeOffset Now => now;

    /// <summary>The kinds to wake when this has been committed.</summary>
    public IReadOnlyCollection<IntentKind> DueNow => _dueNow;

    /// <summary>Makes the intent due; one that is there already starts afresh, whoever works on it.</summary>
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
        intent.LeaseId = null;
        intent.LeaseUntil = null;
        if (delay <= TimeSpan.Zero)
        {
            _dueNow.Add(kind);
        }
    }

    public void Remove(IntentKind kind)
    {
        if (intents.Find(known => known.Kind == kind) is { DeadSince: null } intent)
        {
            intents.Remove(intent);
            context.Intents.Remove(intent);
        }
    }

    /// <summary>Keeps the intent for an operator to see.</summary>
    public void DeadLetter(IntentKind kind, string error)
    {
        if (intents.Find(known => known.Kind == kind) is { } intent)
        {
            intent.DeadSince = now;
            intent.LeaseId = null;
            intent.LeaseUntil = null;
            intent.LastError = error;
        }
    }

    /// <summary>False when another attempt has taken over, or a callback asked for a new look.</summary>
    public bool HasLease(Lease lease) => intents.Exists(known => known.Kind == lease.Kind && known.LeaseId == lease.LeaseId);

    public void Reschedule(Lease lease, TimeSpan delay, int attempts)
    {
        if (intents.Find(known => known.Kind == lease.Kind && known.LeaseId == lease.LeaseId) is { } intent)
        {
            intent.DueAt = now + delay;
            intent.Attempts = attempts;
            intent.Failures = 0;
            intent.WaitingSince = null;
            intent.LeaseId = null;
            intent.LeaseUntil = null;
        }
    }

    /// <summary>Ends the job without an output; the first end stands.</summary>
    public bool End(JobStatus outcome, string error)
    {
        if (!job.Decide(outcome, error))
        {
            return false;
        }
        Close();
        return true;
    }

    public bool Complete(JobOutput output)
    {
        if (!job.DecideCompleted(output))
        {
            return false;
        }
        Close();
        return true;
    }

    /// <summary>Takes the job out of the database: it was never charged, and nobody was told of it.</summary>
    public void Delete()
    {
        context.Intents.RemoveRange(intents);
        context.Jobs.Remove(job);
    }

    private void Close()
    {
        Remove(IntentKind.Abandon);
        Remove(IntentKind.Dispatch);
        Remove(IntentKind.Poll);
        // The hold of a job that is still being accepted may be on its way to the wallet: its release comes after it.
        Add(IntentKind.Charge, job.IsHeld ? TimeSpan.Zero : job.CreatedAt + abandonAfter - now);
    }
}
