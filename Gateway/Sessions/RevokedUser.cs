namespace ReelBallers.Gateway;

/// <summary>A user whose sessions were revoked together.</summary>
internal sealed class RevokedUser
{
    /// <summary>Whose they were.</summary>
    public Guid UserId { get; init; }

    /// <summary>The sessions that were opened before this are revoked.</summary>
    public DateTimeOffset OpenedBefore { get; init; }

    /// <summary>But for this one; null for all of them.</summary>
    public Guid? KeptSessionId { get; init; }

    /// <summary>By the database's clock, which all replicas share: they poll for revocations since their last poll.</summary>
    public DateTimeOffset RevokedAt { get; init; }

    /// <summary>
    /// From when on the user has an account, by the clock of Accounts: its first sign-in has revoked the sessions. Null when they were
    /// revoked otherwise.
    /// </summary>
    public DateTimeOffset? AccountSince { get; init; }

    /// <summary>When the last token of the sessions has expired and the row can be deleted.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
