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
        return required == Role.User ? next(context) : CheckAsync(context, required);
    }

    private async Task CheckAsync(HttpContext context, Role required)
    {
        var role = context.Features.Get<Session>() is { } session
            ? await roles.FindAsync(session.UserId, context.RequestAborted)
            : Role.User;
        if (role is null)
        {
            await Problems.Unavailable("service_unavailable", "Service unavailable").ExecuteAsync(context);
            return;
        }
        if (OperatorExtensions.RoleProblem(role.Value, required) is { } problem)
        {
            await problem.ExecuteAsync(context);
            return;
        }
        context.Request.Headers[Operator.HeaderName] = role.Value.ToText();
        await next(context);
    }
}
