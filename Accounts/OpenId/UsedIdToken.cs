namespace ReelBallers.Accounts;

/// <summary>An ID token that has signed in.</summary>
internal sealed class UsedIdToken
{
    /// <summary>See <see cref="OpenIdTokens.Hash"/>.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>From when on it is rejected for its age.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
