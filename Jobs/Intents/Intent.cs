namespace ReelBallers.Jobs;

/// <summary>
/// Something that is still to be done for a job. It is written in the transaction that makes it necessary and deleted
/// in the one that says it is done; any replica may lease it in between.
/// </summary>
internal sealed class Intent
{
    public Guid JobId { get; init; }

    public IntentKind Kind { get; init; }

    public DateTimeOffset DueAt { get; set; }

    /// <summary>What it counts is its kind's business: submissions, polls without news.</summary>
    public int Attempts { get; set; }

    /// <summary>How often in a row the attempt itself broke, as when another service is down.</summary>
    public int Failures { get; set; }

    /// <summary>
    /// Dispatch: since when a submission has had no answer (written before it is sent, so a crash leaves it behind).
    /// Follow: since when RunPod has not known the job.
    /// </summary>
    public DateTimeOffset? WaitingSince { get; set; }

    public Guid? LeaseId { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Given up at this time: kept for an operator to see, never leased again.</summary>
    public DateTimeOffset? DeadSince { get; set; }

    public string? LastError { get; set; }
}
