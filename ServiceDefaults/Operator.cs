using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The operator who sends a request. The Gateway sets the header <c>x-user-role</c> on routes that need a role, and never forwards a
/// client's own. Use it as a handler's parameter in a group that requires a role.
/// </summary>
/// <param name="UserId">The operator's UUID.</param>
/// <param name="Role">Support or admin.</param>
public readonly record struct Operator(Guid UserId, Role Role)
{
    /// <summary>The header that the Gateway sets.</summary>
    public const string HeaderName = "x-user-role";

    /// <summary>Binds a handler's parameter; a request of another caller gets 404.</summary>
    public static ValueTask<Operator> BindAsync(HttpContext context) =>
        context.GetOperator() is { } found
            ? ValueTask.FromResult(found)
            : throw new ProblemException(StatusCodes.Status404NotFound, "not_found", "Not found");
}

/// <summary>Reads and requires the operator.</summary>
public static class OperatorExtensions
{
    /// <summary>The operator, or null for any other caller.</summary>
    public static Operator? GetOperator(this HttpContext context) =>
        context.GetCaller() is { } caller && Roles.Parse(context.Request.Headers[Operator.HeaderName]) is { } role && role >= Role.Support
            ? new Operator(caller.UserId, role)
            : null;

    /// <summary>
    /// Answers as <see cref="RoleProblem"/> says, unless the caller has at least this role. The Gateway does so as well: this is the
    /// service's own check.
    /// </summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, Role role) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
            RoleProblem(context.HttpContext.GetOperator()?.Role ?? Role.User, role) ?? await next(context));

    /// <summary>
    /// What a caller with a role gets where another one is needed: 404 unless it is an operator's, as for a path that does not exist, and
    /// 403 <c>permission_denied</c> for an operator's that is too low. Null when the role suffices.
    /// </summary>
    public static IResult? RoleProblem(Role actual, Role required) =>
        actual >= required ? null
        : actual < Role.Support ? Problems.ForStatus(StatusCodes.Status404NotFound)
        : Problems.Of(StatusCodes.Status403Forbidden, "permission_denied", "Permission denied",
            $"This needs the role {required.ToText()}; yours is {actual.ToText()}.");
}
