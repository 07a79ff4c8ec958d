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
            RateBucket.Page => new Bucket("page", address, Burst: 1200, PerSecond: 200),
            RateBucket.User or RateBucket.NewSession or RateBucket.Topup or RateBucket.SignIn or RateBucket.Upload
                or RateBucket.Support => caller is null
                ? new Bucket("anonymous", address, Burst: 300, PerSecond: 50)
                : new Bucket("address", address, Burst: 1200, PerSecond: 200),
        };
        if (caller is { } user)
        {
            yield return new Bucket("user", user.UserId.ToString(), Burst: 300, PerSecond: 50);
            if (Name(kind) is { } name)
            {
                yield return new Bucket(name, user.UserId.ToString(), Burst: 60, PerSecond: 2);
            }
        }
        else if (kind is RateBucket.NewSession or RateBucket.Topup or RateBucket.SignIn or RateBucket.Support)
        {
            yield return new Bucket("new-session", address, Burst: 60, PerSecond: 2);
        }
    }

    private static string? Name(RateBucket kind) => kind switch
    {
        RateBucket.Topup => "topup",
        RateBucket.SignIn => "sign-in",
        RateBucket.Upload => "upload",
        RateBucket.Support => "support",
        RateBucket.User or RateBucket.NewSession or RateBucket.Callback or RateBucket.Page => null,
    };
}
