using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Answers 401 to anonymous callers of routes that need a user. It is the last check, and the services have the same one: a request that
/// another check rejects gets that one's answer.
/// </summary>
internal sealed class RequiredUserMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        RoutePolicy.Of(context).Access == Access.User && context.Features.Get<Session>() is null
            ? Problems.NotAuthenticated().ExecuteAsync(context)
            : next(context);
}
