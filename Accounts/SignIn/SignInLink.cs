namespace ReelBallers.Accounts;

/// <summary>A link that was sent to an address; the person who confirms it owns the address.</summary>
internal sealed class SignInLink
{
    /// <summary>How long it can be confirmed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long the browser that has confirmed it may do so again, with the same outcome: the answer, or what the Gateway does with it,
    /// may have failed.
    /// </summary>
    public static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(5);

    /// <summary>Part of its token.</summary>
    public Guid LinkId { get; init; }

    /// <summary>Normalized.</summary>
    public required string Email { get; init; }

    /// <summary>SHA-256 of its token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>The user whose browser asked for it: the same one confirms without a further question.</summary>
    public Guid RequestedBy { get; init; }

    /// <summary>Where the request came from; null for a client of this machine.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>Where the page leads after the sign-in.</summary>
    public required string ReturnTo { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was confirmed; null before.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>The user who was signed in by it.</summary>
    public Guid? UsedBy { get; set; }

    /// <summary>The user of the browser that confirmed it; null before, and for one without a session.</summary>
    public Guid? ConfirmedBy { get; set; }
}
