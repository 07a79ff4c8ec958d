using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Rate limits: token buckets per address, per user, and per address for new sessions, and a maximum number of open event
/// streams. <c>RateLimits:Mode</c> is <c>on</c> or, for load tests, <c>off</c>.
/// </summary>
internal static class RateLimits
{
    /// <summary>The maximum number of open event streams per user, or per address of anonymous callers.</summary>
    public const int MaxStreams = 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<RateLimitOptions>("RateLimits");
        builder.Services.AddRateLimiter();
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((options, limits) =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = RejectAsync;
            if (limits.Value.IsOn)
            {
                options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                    PartitionedRateLimiter.Create<HttpContext, string>(ByAddress),
                    PartitionedRateLimiter.Create<HttpContext, string>(ByUser),
                    PartitionedRateLimiter.Create<HttpContext, string>(ByNewSession),
                    PartitionedRateLimiter.Create<HttpContext, string>(ByOpenStreams));
            }
        });
    }

    private static RateLimitPartition<string> ByAddress(HttpContext context)
    {
        var address = ClientAddress.Of(context);
        return RoutePolicy.Of(context).Bucket switch
        {
            RateBucket.Callback => Bucket($"callback {address}", burst: 5000, perSecond: 500),
            RateBucket.User or RateBucket.NewSession => context.GetCaller() is null
                ? Bucket($"anonymous {address}", burst: 300, perSecond: 50)
                : Bucket($"address {address}", burst: 1200, perSecond: 200),
        };
    }

    private static RateLimitPartition<string> ByUser(HttpContext context) =>
        context.GetCaller() is { } caller ? Bucket($"user {caller.UserId}", burst: 300, perSecond: 50) : None();

    private static RateLimitPartition<string> ByNewSession(HttpContext context) =>
        RoutePolicy.Of(context).Bucket == RateBucket.NewSession && context.GetCaller() is null
            ? Bucket($"new session {ClientAddress.Of(context)}", burst: 60, perSecond: 2)
            : None();

    private static RateLimitPartition<string> ByOpenStreams(HttpContext context) =>
        RoutePolicy.Of(context).IsStream
            ? RateLimitPartition.GetConcurrencyLimiter(
                context.GetCaller() is { } caller ? $"streams {caller.UserId}" : $"streams {ClientAddress.Of(context)}",
                _ => new ConcurrencyLimiterOptions { PermitLimit = MaxStreams, QueueLimit = 0 })
            : None();

    private static RateLimitPartition<string> None() => RateLimitPartition.GetNoLimiter("unlimited");

    private static RateLimitPartition<string> Bucket(string key, int burst, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = Period,
            QueueLimit = 0,
            AutoReplenishment = true,
        });

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        // Only token buckets have this metadata; without it the limit of open streams was exceeded.
        var isBucket = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter);
        var seconds = Math.Max(1, (long)Math.Ceiling((isBucket ? retryAfter : Period).TotalSeconds));
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var problem = isBucket
            ? Problems.Of(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests", $"Try again in {seconds} s.")
            : Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_streams", "Too many event streams",
                $"At most {MaxStreams} event streams can be open at a time. Close one first.");
        await problem.ExecuteAsync(rejected.HttpContext);
    }
}
