namespace ReelBallers.Accounts;

/// <summary>A post of alerts to the webhook, in an outbox.</summary>
internal sealed class AlertPost
{
    public Guid PostId { get; init; }

    /// <summary>What it says, in Slack's markup.</summary>
    public required string Text { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>The attempts so far, with one that is being made.</summary>
    public int Attempts { get; init; }

    /// <summary>When the lease of the current attempt ends; null without one.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>When it was accepted; null before.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When it was given up; null otherwise.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>Why the last attempt failed; never with the URL, which is a secret.</summary>
    public string? LastError { get; init; }
}
