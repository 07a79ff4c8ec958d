using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Which buckets a request takes a token from, by its route's policy, its address and its user.</summary>
internal static class BucketRules
{
    /// <summary>The buckets in the order in which they are asked.</summary>
    public static IEnumerable<Bucket> Of(HttpContext context)
    {
        var address = ClientAddress.Of(context);
        var caller = context.GetCaller();
        var kind = RoutePolicy.Of(context).Bucket;
        yield return kind switch
        {
            RateBucket.Callback => new Bucket("callback", address, Burst: 5000, PerSecond: 500),
            RateBucket.User or RateBucket.NewSession => caller is null
                ? new Bucket("anonymous", address, Burst: 300, PerSecond: 50)
                : new Bucket("address", address, Burst: 1200, PerSecond: 200),
        };
        if (caller is { } user)
        {
            yield return new Bucket("user", user.UserId.ToString(), Burst: 300, PerSecond: 50);
        }
        else if (kind == RateBucket.NewSession)
        {
            yield return new Bucket("new-session", address, Burst: 60, PerSecond: 2);
        }
    }
}
