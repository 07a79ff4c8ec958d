using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The authenticated user of a request. The Gateway sets the header <c>x-user-id</c> after it has verified the caller's
/// token. Use it as a handler's parameter in a group that requires a caller.
/// </summary>
/// <param name="UserId">The user's UUID.</param>
public readonly record struct Caller(Guid UserId)
{
    /// <summary>The header that the Gateway sets.</summary>
    public const string HeaderName = "x-user-id";

    /// <summary>Binds a handler's parameter; an anonymous request gets 401.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        context.GetCaller() is { } caller
            ? ValueTask.FromResult(caller)
            : throw ProblemException.NotAuthenticated();
}

/// <summary>Reads and requires the caller.</summary>
public static class CallerExtensions
{
    /// <summary>The caller, or null for an anonymous request.</summary>
    public static Caller? GetCaller(this HttpContext context) =>
        Guid.TryParseExact(context.Request.Headers[Caller.HeaderName], "D", out var userId) ? new Caller(userId) : null;

    /// <summary>Answers 401 <c>not_authenticated</c> to anonymous requests.</summary>
    public static TBuilder RequireCaller<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
            context.HttpContext.GetCaller() is null ? Problems.NotAuthenticated() : await next(context));
}
