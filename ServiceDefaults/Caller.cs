using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// The user on whose behalf a request comes. Only the Gateway says who that is (header <c>x-user-id</c>), and only
/// after it has verified the caller's token. Take it as a handler's parameter in a group that requires one.
/// </summary>
/// <param name="UserId">The user's UUID.</param>
public readonly record struct Caller(Guid UserId)
{
    /// <summary>The header that the Gateway sets.</summary>
    public const string HeaderName = "x-user-id";

    /// <summary>Binds a handler's parameter; without an identity the request ends in 401.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        context.GetCaller() is { } caller
            ? ValueTask.FromResult(caller)
            : throw ProblemException.NotAuthenticated();
}

/// <summary>Reading and demanding the caller.</summary>
public static class CallerExtensions
{
    /// <summary>The caller, or null when the request has no identity.</summary>
    public static Caller? GetCaller(this HttpContext context) =>
        Guid.TryParseExact(context.Request.Headers[Caller.HeaderName], "D", out var userId) ? new Caller(userId) : null;

    /// <summary>Answers 401 <c>not_authenticated</c> to a request without an identity.</summary>
    public static TBuilder RequireCaller<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (context, next) =>
            context.HttpContext.GetCaller() is null ? Problems.NotAuthenticated() : await next(context));
}
