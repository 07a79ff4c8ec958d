namespace ReelBallers.Gateway;

/// <summary>A session whose tokens are rejected although their signature is valid.</summary>
internal sealed class RevokedSession
{
    /// <summary>The session.</summary>
    public Guid SessionId { get; init; }

    /// <summary>Whose it was.</summary>
    public Guid UserId { get; init; }

    /// <summary>By the database's clock, which all replicas share: they poll for revocations since their last poll.</summary>
    public DateTimeOffset RevokedAt { get; init; }

    /// <summary>When the last token of the session has expired and the row can be deleted.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
