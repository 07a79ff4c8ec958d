using System.Threading.RateLimiting;

namespace ReelBallers.Gateway;

/// <summary>Buckets of this process alone.</summary>
internal sealed class MemoryBuckets : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<Bucket> _limiters = PartitionedRateLimiter.Create<Bucket, Bucket>(
        bucket => RateLimitPartition.GetTokenBucketLimiter(bucket, static key => new TokenBucketRateLimiterOptions
        {
            TokenLimit = key.Policy.Burst,
            TokensPerPeriod = key.Policy.PerSecond,
            ReplenishmentPeriod = Period,
            QueueLimit = 0,
            AutoReplenishment = true,
        }));

    /// <summary>Takes a token if there is one.</summary>
    public BucketAnswer Take(Bucket bucket)
    {
        using var lease = _limiters.AttemptAcquire(bucket);
        return new BucketAnswer(lease.IsAcquired, _limiters.GetStatistics(bucket)?.CurrentAvailablePermits ?? 0);
    }

    public void Dispose() => _limiters.Dispose();
}
