namespace ReelBallers.Accounts;

/// <summary>What a challenge is for. The numbers are stored.</summary>
internal enum PasskeyPurpose : short
{
    /// <summary>To add a passkey.</summary>
    Registration = 0,

    /// <summary>To sign in.</summary>
    SignIn = 1,
}

/// <summary>A random text that a passkey signs; the row is deleted when the browser brings it back, whatever comes of it.</summary>
internal sealed class PasskeyChallenge
{
    /// <summary>How long a user may take.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The length of <see cref="Challenge"/>.</summary>
    public const int Bytes = 32;

    /// <summary>Random.</summary>
    public required byte[] Challenge { get; init; }

    /// <summary>What it is for.</summary>
    public PasskeyPurpose Purpose { get; init; }

    /// <summary>The user whose browser asked for it: no other can use it.</summary>
    public Guid RequestedBy { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
