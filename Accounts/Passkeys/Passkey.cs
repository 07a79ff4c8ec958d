namespace ReelBallers.Accounts;

/// <summary>A passkey of an account: a key pair of which the authenticator has the private key. It never changes hands.</summary>
internal sealed class Passkey
{
    /// <summary>How many an account may have.</summary>
    public const int MaxPerAccount = 10;

    /// <summary>The maximum length of <see cref="Name"/>, in characters.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The maximum length of <see cref="CredentialId"/>, in bytes, as WebAuthn sets it.</summary>
    public const int MaxCredentialIdBytes = 1023;

    /// <summary>The maximum length of <see cref="PublicKey"/>, in bytes: more than an RSA key of 4,096 bits has.</summary>
    public const int MaxPublicKeyBytes = 1024;

    /// <summary>Its name in the API.</summary>
    public Guid PasskeyId { get; init; }

    /// <summary>The authenticator's name for it.</summary>
    public required byte[] CredentialId { get; init; }

    /// <summary>Whose it is.</summary>
    public Guid UserId { get; init; }

    /// <summary>What the user calls it.</summary>
    public required string Name { get; init; }

    /// <summary>As COSE encodes it.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>What the authenticator has counted up to; 0 as long as it does not count.</summary>
    public long SignCount { get; set; }

    /// <summary>When it was added.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it signed in last; null before.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>Counts a signature.</summary>
    /// <returns>False when the counter has not gone up: a second device may have a copy of the key.</returns>
    public bool TryCount(long signCount, DateTimeOffset now)
    {
        // Authenticators that keep a key on several devices do not count: theirs is always 0.
        if ((signCount != 0 || SignCount != 0) && signCount <= SignCount)
        {
            return false;
        }
        (SignCount, LastUsedAt) = (signCount, now);
        return true;
    }
}
