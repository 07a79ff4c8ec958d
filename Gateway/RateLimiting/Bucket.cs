namespace ReelBallers.Gateway;

/// <summary>A token bucket that a request takes a token from.</summary>
/// <param name="Policy">Its size and how fast it fills.</param>
/// <param name="Subject">Whose bucket it is: a user's id, or an address.</param>
internal readonly record struct Bucket(BucketPolicy Policy, string Subject)
{
    /// <summary>The bucket's name among all of them.</summary>
    public string Key => $"{Policy.Name}:{Subject}";
}

/// <summary>The answer of a bucket.</summary>
/// <param name="IsTaken">Whether a token was taken.</param>
/// <param name="Remaining">The tokens that are left.</param>
internal readonly record struct BucketAnswer(bool IsTaken, long Remaining);
