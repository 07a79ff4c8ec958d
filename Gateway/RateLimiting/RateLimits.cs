using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Rate limits: token buckets per address, per user, and per address for new sessions, and a maximum number of open event
/// streams. <c>RateLimits:Mode</c> is <c>on</c> or, for load tests, <c>off</c>. Replicas share the buckets in Redis where it is configured.
/// </summary>
internal static class RateLimits
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<RateLimitOptions>("RateLimits");
        builder.Services.AddSingleton<OpenStreams>();
        builder.Services.AddSingleton<MemoryBuckets>();
        builder.Services.AddSingleton(services => new Buckets(
            services.GetRequiredService<MemoryBuckets>(), services.GetService<SharedBuckets>()));
        if (RedisSettings.From(builder.Configuration) is { } redis)
        {
            builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<SharedBuckets>(services, redis));
            builder.Services.AddHostedService(services => services.GetRequiredService<SharedBuckets>());
        }
    }

    public static void UseRateLimits(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value.IsOn)
        {
            app.UseMiddleware<RateLimitMiddleware>();
        }
    }
}
