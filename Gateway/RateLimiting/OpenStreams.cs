using System.Threading.RateLimiting;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Counts the open event streams of this process: per user, or per address of anonymous callers.</summary>
internal sealed class OpenStreams : IDisposable
{
    /// <summary>How many may be open at a time.</summary>
    public const int Max = 20;

    private readonly PartitionedRateLimiter<HttpContext> _limiters = PartitionedRateLimiter.Create<HttpContext, string>(
        context => RateLimitPartition.GetConcurrencyLimiter(
            context.GetCaller() is { } caller ? $"user:{caller.UserId}" : $"address:{ClientAddress.Of(context)}",
            _ => new ConcurrencyLimiterOptions { PermitLimit = Max, QueueLimit = 0 }));

    /// <summary>Opens one, until the lease is disposed.</summary>
    public RateLimitLease Open(HttpContext context) => _limiters.AttemptAcquire(context);

    public void Dispose() => _limiters.Dispose();
}
