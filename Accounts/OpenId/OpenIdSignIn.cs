namespace ReelBallers.Accounts;

/// <summary>A sign-in at an issuer that a browser has begun; the row is deleted when the browser comes back.</summary>
internal sealed class OpenIdSignIn
{
    /// <summary>How long a user may take at the issuer.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>What its state, nonce and verifier are made of.</summary>
    public Guid SignInId { get; init; }

    /// <summary>The issuer's name in our settings.</summary>
    public required string Provider { get; init; }

    /// <summary>The user whose browser began it: no other can finish it.</summary>
    public Guid RequestedBy { get; init; }

    /// <summary>Where the page leads after the sign-in.</summary>
    public required string ReturnTo { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
