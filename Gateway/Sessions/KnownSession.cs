namespace ReelBallers.Gateway;

/// <summary>A session that was opened by a sign-in, as its user sees it in the list.</summary>
internal sealed class KnownSession
{
    /// <summary>The session.</summary>
    public Guid SessionId { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid UserId { get; init; }

    /// <summary>The browser, as it says of itself.</summary>
    public required string UserAgent { get; init; }

    /// <summary>When its user signed in.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was used last, to a minute.</summary>
    public DateTimeOffset LastSeenAt { get; init; }
}
