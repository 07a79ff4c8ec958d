namespace ReelBallers.Accounts;

/// <summary>
/// A mail in the outbox. It is written with what it reports, in one transaction; its text is made when it is sent, so that no secret of it
/// is stored.
/// </summary>
internal sealed class OutgoingMail
{
    /// <summary>Also its idempotency key at Resend: an attempt whose answer was lost sends nothing twice.</summary>
    public Guid MailId { get; init; }

    /// <summary>What it is about.</summary>
    public MailKind Kind { get; init; }

    /// <summary>Whom it goes to.</summary>
    public required string Recipient { get; init; }

    /// <summary>What it is about: the link of a sign-in, the user whose account it concerns for others, nothing for alerts.</summary>
    public Guid AboutId { get; init; }

    /// <summary>What it says, as the JSON of <see cref="MailDetails"/>; null for a sign-in. The same for each attempt.</summary>
    public string? Details { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The attempts so far, with one that is being made.</summary>
    public int Attempts { get; set; }

    /// <summary>When the lease of the current attempt ends; null without one.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>When Resend accepted it; null before.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it was given up; null otherwise.</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; set; }
}
