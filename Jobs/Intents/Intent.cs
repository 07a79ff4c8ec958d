namespace ReelBallers.Jobs;

/// <summary>
/// A step that is still to be done for a job. It is inserted in the transaction that makes it necessary and deleted in
/// the one that records its result; in between any replica may lease it.
/// </summary>
internal sealed class Intent
{
    public Guid JobId { get; init; }

    public IntentKind Kind { get; init; }

    public DateTimeOffset DueAt { get; set; }

    /// <summary>Counted by kind: calls without an effect for dispatch, polls without a change for poll.</summary>
    public int Attempts { get; set; }

    /// <summary>Consecutive attempts that threw, for example because another service was down.</summary>
    public int Failures { get; set; }

    /// <summary>How many of them in a row threw what is no outage, and may be a bug.</summary>
    public int Faults { get; set; }

    /// <summary>Poll: since when RunPod has not known a run. Cancel: since when the endpoint has no job.</summary>
    public DateTimeOffset? WaitingSince { get; set; }

    public Guid? LeaseId { get; set; }

    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>When it was dead-lettered: kept for an operator, not leased while this is set.</summary>
    public DateTimeOffset? DeadSince { get; set; }

    public string? LastError { get; set; }

    /// <summary>
    /// Dispatch: the <see cref="Jobs.Lane"/> in which it waits for its turn. Null while a run is open, so that only its time counts.
    /// </summary>
    public string? Lane { get; set; }

    /// <summary>Dispatch: its place among the waiting jobs; a trigger sets it, so that the users take turns.</summary>
    public long Turn { get; private set; }

    /// <summary>Dispatch: the user of the job.</summary>
    public Guid? UserId { get; set; }

    /// <summary>Dispatch: since when the job waits for an endpoint.</summary>
    public DateTimeOffset? QueuedAt { get; set; }

    /// <summary>What made it due, as a W3C <c>traceparent</c>; null without one.</summary>
    public string? TraceParent { get; set; }
}
