using Microsoft.AspNetCore.Http.Timeouts;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Answers 504 when a service takes longer for the complete response than the route's policy allows.</summary>
internal static class RequestDeadlines
{
    /// <summary>Sets the deadline of a proxied route.</summary>
    public static void WithDeadline(this IEndpointConventionBuilder endpoint, RoutePolicy policy)
    {
        if (!policy.IsStream)
        {
            endpoint.WithRequestTimeout(new RequestTimeoutPolicy
            {
                Timeout = TimeSpan.FromSeconds(policy.MaxSeconds),
                WriteTimeoutResponse = context =>
                {
                    // It is the deadline's own token until this response is written.
                    context.RequestAborted = CancellationToken.None;
                    return ServiceUnavailable(StatusCodes.Status504GatewayTimeout, policy).ExecuteAsync(context);
                },
            });
        }
    }

    /// <summary>Cancelled when the deadline has passed.</summary>
    public static CancellationToken DeadlineOf(HttpContext context) =>
        context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken ?? CancellationToken.None;

    /// <summary>A service did not answer, or not in time.</summary>
    public static IResult ServiceUnavailable(int status, RoutePolicy? policy = null) => Problems.Of(
        status, "service_unavailable", "Service unavailable", policy is { SignsIn: true }
            ? "A service did not respond. Repeat the request; if the sign-in has expired, begin it again."
            : "A service did not respond. Repeat the request with the same Idempotency-Key; it is not executed twice.");
}
