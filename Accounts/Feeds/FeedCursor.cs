namespace ReelBallers.Accounts;

/// <summary>How far Accounts has read what another service reports, and which replica reads it.</summary>
internal sealed class FeedCursor
{
    /// <summary>The feed's name.</summary>
    public required string Name { get; init; }

    /// <summary>The last event that was handled; 0 for a feed without numbers.</summary>
    public long Sequence { get; init; }

    /// <summary>When the feed was read for the first time: what happened before causes no mail.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The lease of the replica that reads; null without one.</summary>
    public Guid? LeaseId { get; init; }

    /// <summary>When that lease ends unless it is renewed.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }
}
