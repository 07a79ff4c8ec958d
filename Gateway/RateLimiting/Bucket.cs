namespace ReelBallers.Gateway;

/// <summary>A token bucket that a request takes a token from.</summary>
/// <param name="Name">The policy's name in the RateLimit headers.</param>
/// <param name="Subject">Whose bucket it is: a user's id, or an address.</param>
/// <param name="Burst">The tokens of a full bucket.</param>
/// <param name="PerSecond">The tokens that are added each second.</param>
internal readonly record struct Bucket(string Name, string Subject, int Burst, int PerSecond)
{
    /// <summary>The bucket's name among all of them.</summary>
    public string Key => $"{Name}:{Subject}";

    /// <summary>How long an empty bucket takes to be full.</summary>
    public int WindowSeconds => (Burst + PerSecond - 1) / PerSecond;

    /// <summary>How long a bucket with this many tokens takes to be full.</summary>
    public long ResetSeconds(long remaining) => (Burst - remaining + PerSecond - 1) / PerSecond;
}

/// <summary>The answer of a bucket.</summary>
/// <param name="IsTaken">Whether a token was taken.</param>
/// <param name="Remaining">The tokens that are left.</param>
internal readonly record struct BucketAnswer(bool IsTaken, long Remaining);
