using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Admits only operators to routes that need a role, and tells the service which one the caller has. Others get the 404 of a path that does
/// not exist.
/// </summary>
internal sealed class RoleMiddleware(RequestDelegate next, OperatorRoles roles)
{
    public Task InvokeAsync(HttpContext context)
    {
        var required = RoutePolicy.Of(context).Role;
        if (required == Role.User)
        {
            return next(context);
        }
        var role = context.Features.Get<Session>() is { } session ? roles.Of(session.UserId) : Role.User;
        if (role is null)
        {
            return Problems.Unavailable("service_unavailable", "Service unavailable").ExecuteAsync(context);
        }
        if (OperatorExtensions.RoleProblem(role.Value, required) is { } problem)
        {
            return problem.ExecuteAsync(context);
        }
        context.Request.Headers[Operator.HeaderName] = role.Value.ToText();
        return next(context);
    }
}
