namespace ReelBallers.Accounts;

/// <summary>An event of another service that could not be handled. It is kept as it came.</summary>
internal sealed class DeadFeedEvent
{
    /// <summary>The id for operators.</summary>
    public Guid EventId { get; init; }

    /// <summary>The feed that it came by.</summary>
    public required string Feed { get; init; }

    /// <summary>Its place in the feed.</summary>
    public long Sequence { get; init; }

    /// <summary>The user whom it concerns; null when that cannot be read.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The message, in protobuf's encoding.</summary>
    public required byte[] Message { get; init; }

    /// <summary>Why it failed.</summary>
    public required string Error { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was given up.</summary>
    public DateTimeOffset FailedAt { get; init; }
}
