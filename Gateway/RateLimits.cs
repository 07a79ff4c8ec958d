using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Token buckets: one a user for what users do (one an address for who is nobody yet), and a smaller one an address for
/// becoming somebody. <c>RateLimits:Mode</c> is <c>on</c> or, for load tests, <c>off</c>.
/// </summary>
internal static class RateLimits
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var enabled = (builder.Configuration["RateLimits:Mode"] ?? "on") switch
        {
            "on" => true,
            "off" => false,
            var other => throw new InvalidOperationException($"RateLimits:Mode is '{other}'; it must be 'on' or 'off'."),
        };
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = RejectAsync;
            if (enabled)
            {
                options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                    PartitionedRateLimiter.Create<HttpContext, string>(PerUser),
                    PartitionedRateLimiter.Create<HttpContext, string>(PerNewcomer));
            }
        });
    }

    private static RateLimitPartition<string> PerUser(HttpContext context) =>
        IsLimited(context)
            ? Bucket(context.GetCaller() is { } caller ? $"user {caller.UserId}" : Address(context), burst: 300, perSecond: 50)
            : RateLimitPartition.GetNoLimiter("unlimited");

    private static RateLimitPartition<string> PerNewcomer(HttpContext context) =>
        context.GetCaller() is null && HttpMethods.IsPost(context.Request.Method)
            && (context.Request.Path == SessionApi.Path || NewcomerMiddleware.Opens(context.Request))
            ? Bucket($"newcomer {Address(context)}", burst: 60, perSecond: 2)
            : RateLimitPartition.GetNoLimiter("unlimited");

    // Stripe and RunPod come in bursts, from few addresses, and bring a signature or a token of their own.
    private static bool IsLimited(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api", out var rest)
        && !rest.StartsWithSegments("/webhook") && !rest.StartsWithSegments("/webhooks")
        && !rest.StartsWithSegments("/runpod") && !rest.StartsWithSegments("/health");

    private static string Address(HttpContext context) => $"address {context.Connection.RemoteIpAddress}";

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
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : Period;
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Problems.Of(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many requests", $"Try again in {seconds} s.")
            .ExecuteAsync(rejected.HttpContext);
    }
}
