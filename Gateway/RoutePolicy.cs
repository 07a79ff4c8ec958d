using System.Globalization;
using ReelBallers.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;

namespace ReelBallers.Gateway;

/// <summary>Who may call a route, and what becomes of the caller's token.</summary>
internal enum Access
{
    /// <summary>Users only: an anonymous caller gets 401 <c>not_authenticated</c>.</summary>
    User,

    /// <summary>Anonymous callers too; the service is told the user of all others.</summary>
    Anonymous,

    /// <summary>As <see cref="Anonymous"/>; a successful request opens a session for an anonymous caller.</summary>
    OpensSession,

    /// <summary>The token is not read: requests are public, or authenticated otherwise.</summary>
    Public,
}

/// <summary>The rate limit that a route's requests count in, besides that of their address.</summary>
internal enum RateBucket
{
    /// <summary>Per user; anonymous callers are limited by address only.</summary>
    User,

    /// <summary>As <see cref="User"/>; anonymous callers also count in the limit of new sessions per address.</summary>
    NewSession,

    /// <summary>As <see cref="NewSession"/>, and a smaller limit per user: each request asks Stripe for a checkout.</summary>
    Topup,

    /// <summary>As <see cref="NewSession"/>, and a smaller limit per user: requests send mails or try links.</summary>
    SignIn,

    /// <summary>As <see cref="SignIn"/>: requests send mails to an address that the caller names.</summary>
    Support,

    /// <summary>As <see cref="User"/>, and a smaller limit per user: requests reserve storage.</summary>
    Upload,

    /// <summary>A limit per address of its own, for files that a page consists of.</summary>
    Page,

    /// <summary>A larger limit per address, for callbacks of Stripe and RunPod, which come in bursts from few addresses.</summary>
    Callback,
}

/// <summary>
/// The policy of a route. It is metadata of the endpoint; a proxied route has its members in its <c>Metadata</c> section in
/// appsettings.json, under the same names. A route that says nothing of its access needs a user.
/// </summary>
/// <param name="Access">Who may call it.</param>
/// <param name="SignsIn">Whether Accounts' response may sign the caller in: see <see cref="SignIn"/>.</param>
/// <param name="EndsSessions">Whether a successful response ends all sessions of the caller: see <see cref="AccountEnd"/>.</param>
/// <param name="AddsSessions">Whether the caller's sessions are added to a successful response: see <see cref="SessionExport"/>.</param>
/// <param name="IsStream">Whether the response is an event stream.</param>
/// <param name="MaxBodyBytes">The maximum size of a request body.</param>
/// <param name="Bucket">The rate limit.</param>
/// <param name="PassesAddress">Whether the service is told the client's address, as personal data that it needs.</param>
/// <param name="MaxSeconds">How long the service may take for the complete response. Event streams have no limit.</param>
/// <param name="IsCompressed">
/// Whether the response may be compressed: only where it has no secret and repeats nothing of the request (docs/security.md).
/// </param>
/// <param name="IsHealthCheck">Whether its requests are no traffic of users: see <see cref="TrafficMiddleware"/>.</param>
/// <param name="IsPublicFile">Whether a successful response may be kept, and is asked for anew each time; others are not stored.</param>
/// <param name="Role">The role that a caller needs; the service is told the caller's unless it is <see cref="Role.User"/>.</param>
internal sealed record RoutePolicy(
    Access Access = Access.User,
    bool SignsIn = false,
    bool EndsSessions = false,
    bool AddsSessions = false,
    bool IsStream = false,
    int MaxBodyBytes = ServiceDefaultsExtensions.MaxRequestBodyBytes,
    RateBucket Bucket = RateBucket.User,
    bool PassesAddress = false,
    int MaxSeconds = 60,
    bool IsCompressed = false,
    bool IsHealthCheck = false,
    bool IsPublicFile = false,
    Role Role = Role.User)
{
    private static readonly RoutePolicy Default = new();

    // Anyone is told that there is no such path, or that it does not have this method, for which routing has an endpoint of its own.
    private static readonly RoutePolicy NoRoute = new(Access.Anonymous);

    /// <summary>The policy of the request's route.</summary>
    public static RoutePolicy Of(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint route ? route.Metadata.GetMetadata<RoutePolicy>() ?? Default : NoRoute;

    /// <summary>Reads a proxied route's metadata.</summary>
    /// <exception cref="InvalidOperationException">A member is unknown or has a wrong value.</exception>
    public static RoutePolicy From(RouteConfig route)
    {
        var policy = Default;
        foreach (var (name, value) in route.Metadata ?? new Dictionary<string, string>())
        {
            policy = name switch
            {
                nameof(Access) when Enum.TryParse<Access>(value, out var access) && Enum.IsDefined(access) =>
                    policy with { Access = access },
                nameof(SignsIn) when bool.TryParse(value, out var signsIn) => policy with { SignsIn = signsIn },
                nameof(EndsSessions) when bool.TryParse(value, out var endsSessions) => policy with { EndsSessions = endsSessions },
                nameof(AddsSessions) when bool.TryParse(value, out var addsSessions) => policy with { AddsSessions = addsSessions },
                nameof(IsStream) when bool.TryParse(value, out var isStream) => policy with { IsStream = isStream },
                nameof(MaxBodyBytes) when IsPositive(value, out var bytes) => policy with { MaxBodyBytes = bytes },
                nameof(Bucket) when Enum.TryParse<RateBucket>(value, out var bucket) && Enum.IsDefined(bucket) =>
                    policy with { Bucket = bucket },
                nameof(PassesAddress) when bool.TryParse(value, out var passesAddress) => policy with { PassesAddress = passesAddress },
                nameof(MaxSeconds) when IsPositive(value, out var seconds) => policy with { MaxSeconds = seconds },
                nameof(IsCompressed) when bool.TryParse(value, out var isCompressed) => policy with { IsCompressed = isCompressed },
                nameof(IsHealthCheck) when bool.TryParse(value, out var isHealthCheck) => policy with { IsHealthCheck = isHealthCheck },
                nameof(IsPublicFile) when bool.TryParse(value, out var isPublicFile) => policy with { IsPublicFile = isPublicFile },
                nameof(Role) when Enum.TryParse<Role>(value, out var role) && Enum.IsDefined(role) => policy with { Role = role },
                _ => throw new InvalidOperationException(
                    $"ReverseProxy:Routes:{route.RouteId}:Metadata:{name} is '{value}': "
                    + "the name or the value is not valid in a route's policy."),
            };
        }
        return policy;
    }

    private static bool IsPositive(string value, out int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
