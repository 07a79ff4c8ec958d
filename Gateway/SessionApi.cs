using Microsoft.AspNetCore.Http.HttpResults;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Who the caller is from now on.</summary>
/// <param name="Uid">The user's UUID.</param>
/// <param name="Token">What the cookie holds; as <c>Authorization: Bearer</c> for clients that are not browsers.</param>
internal sealed record SessionAnswer(Guid Uid, string Token);

/// <summary><c>POST /api/session</c>.</summary>
internal static class SessionApi
{
    public static void MapSession(this WebApplication app) =>
        app.MapPost("/api/session", Open).WithMetadata(new RoutePolicy(Bucket: RateBucket.NewSession));

    private static JsonHttpResult<SessionAnswer> Open(HttpContext context, SessionTokens tokens)
    {
        var known = context.GetCaller();
        var userId = known?.UserId ?? Guid.NewGuid();
        var token = tokens.Issue(userId);
        SessionCookie.Set(context, token);
        return TypedResults.Json(
            new SessionAnswer(userId, token),
            statusCode: known is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }
}
