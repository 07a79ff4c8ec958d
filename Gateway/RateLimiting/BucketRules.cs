using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Which buckets a request takes a token from, by its route's policy, its address and its user.</summary>
internal static class BucketRules
{
    private static readonly BucketPolicy Callback = new("callback", burst: 5000, perSecond: 500);
    private static readonly BucketPolicy Page = new("page", burst: 1200, perSecond: 200);
    private static readonly BucketPolicy Anonymous = new("anonymous", burst: 300, perSecond: 50);
    private static readonly BucketPolicy Address = new("address", burst: 1200, perSecond: 200);
    private static readonly BucketPolicy User = new("user", burst: 300, perSecond: 50);
    private static readonly BucketPolicy NewSession = new("new-session", burst: 60, perSecond: 2);
    private static readonly BucketPolicy Topup = new("topup", burst: 60, perSecond: 2);
    private static readonly BucketPolicy SignIn = new("sign-in", burst: 60, perSecond: 2);
    private static readonly BucketPolicy Upload = new("upload", burst: 60, perSecond: 2);
    private static readonly BucketPolicy Support = new("support", burst: 60, perSecond: 2);

    /// <summary>The buckets in the order in which they are asked.</summary>
    public static IEnumerable<Bucket> Of(HttpContext context)
    {
        var address = ClientAddress.Of(context);
        var caller = context.GetCaller();
        var kind = RoutePolicy.Of(context).Bucket;
        yield return new Bucket(OfAddress(kind, isAnonymous: caller is null), address);
        if (caller is { } user)
        {
            var id = user.UserId.ToString();
            yield return new Bucket(User, id);
            if (OfUser(kind) is { } policy)
            {
                yield return new Bucket(policy, id);
            }
        }
        else if (kind is RateBucket.NewSession or RateBucket.Topup or RateBucket.SignIn or RateBucket.Support)
        {
            yield return new Bucket(NewSession, address);
        }
    }

    private static BucketPolicy OfAddress(RateBucket kind, bool isAnonymous) => kind switch
    {
        RateBucket.Callback => Callback,
        RateBucket.Page => Page,
        RateBucket.User or RateBucket.NewSession or RateBucket.Topup or RateBucket.SignIn or RateBucket.Upload
            or RateBucket.Support => isAnonymous ? Anonymous : Address,
    };

    private static BucketPolicy? OfUser(RateBucket kind) => kind switch
    {
        RateBucket.Topup => Topup,
        RateBucket.SignIn => SignIn,
        RateBucket.Upload => Upload,
        RateBucket.Support => Support,
        RateBucket.User or RateBucket.NewSession or RateBucket.Callback or RateBucket.Page => null,
    };
}
