using System.Globalization;
using ReelBallers.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;

namespace ReelBallers.Gateway;

/// <summary>Which bucket of the rate limits a route's requests are counted in, besides that of their address.</summary>
internal enum RateBucket
{
    /// <summary>The caller's own; for anonymous callers the address alone counts.</summary>
    User,

    /// <summary>As <see cref="User"/>; for anonymous callers also the small one an address that limits new sessions.</summary>
    NewSession,

    /// <summary>Callbacks of Stripe and RunPod, which come in bursts from few addresses: a large one an address.</summary>
    Callback,
}

/// <summary>
/// What holds for all requests of a route. It is metadata of the endpoint: of a proxied route its members stand in
/// the route's <c>Metadata</c> section in appsettings.json, under the same names.
/// </summary>
/// <param name="ReadsIdentity">Whether the caller's token is looked at; false where requests carry a proof of their own or need none.</param>
/// <param name="OpensSession">Whether an anonymous caller becomes a user by a successful request.</param>
/// <param name="IsStream">Whether the answer is an event stream that stays open.</param>
/// <param name="MaxBodyBytes">The most that a request's body may hold.</param>
/// <param name="Bucket">Where its requests are counted.</param>
internal sealed record RoutePolicy(
    bool ReadsIdentity = true,
    bool OpensSession = false,
    bool IsStream = false,
    int MaxBodyBytes = ServiceDefaultsExtensions.MaxRequestBodyBytes,
    RateBucket Bucket = RateBucket.User)
{
    private static readonly RoutePolicy Default = new();

    /// <summary>The policy of the request's endpoint; without an endpoint the default one.</summary>
    public static RoutePolicy Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>() ?? Default;

    /// <summary>Reads a proxied route's metadata.</summary>
    /// <exception cref="InvalidOperationException">A member is unknown or has a wrong value.</exception>
    public static RoutePolicy From(RouteConfig route)
    {
        var policy = Default;
        foreach (var (name, value) in route.Metadata ?? new Dictionary<string, string>())
        {
            policy = name switch
            {
                nameof(ReadsIdentity) when bool.TryParse(value, out var readsIdentity) => policy with { ReadsIdentity = readsIdentity },
                nameof(OpensSession) when bool.TryParse(value, out var opensSession) => policy with { OpensSession = opensSession },
                nameof(IsStream) when bool.TryParse(value, out var isStream) => policy with { IsStream = isStream },
                nameof(MaxBodyBytes) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 =>
                    policy with { MaxBodyBytes = bytes },
                nameof(Bucket) when Enum.TryParse<RateBucket>(value, out var bucket) && Enum.IsDefined(bucket) => policy with { Bucket = bucket },
                _ => throw new InvalidOperationException(
                    $"ReverseProxy:Routes:{route.RouteId}:Metadata:{name} is '{value}', which is not a member of a route's policy with a value that it can have."),
            };
        }
        return policy;
    }
}
