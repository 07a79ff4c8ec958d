namespace ReelBallers.Gateway;

/// <summary>What the token buckets of a rate limit have in common. Each has one instance; two instances are never equal.</summary>
/// <param name="name">The policy's name in the RateLimit headers.</param>
/// <param name="burst">The tokens of a full bucket.</param>
/// <param name="perSecond">The tokens that are added each second.</param>
internal sealed class BucketPolicy(string name, int burst, int perSecond)
{
    public string Name => name;

    public int Burst => burst;

    public int PerSecond => perSecond;

    /// <summary>Its item of the header <c>RateLimit-Policy</c>: <c>w</c> is how long an empty bucket takes to be full.</summary>
    public string HeaderItem { get; } = $"\"{name}\";q={burst};w={(burst + perSecond - 1) / perSecond}";

    /// <summary>How long a bucket with this many tokens takes to be full.</summary>
    public long ResetSeconds(long remaining) => (burst - remaining + perSecond - 1) / perSecond;
}
