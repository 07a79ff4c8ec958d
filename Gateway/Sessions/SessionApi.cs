using Microsoft.AspNetCore.Http.HttpResults;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Who the caller is from now on.</summary>
/// <param name="Uid">The user's UUID.</param>
/// <param name="Token">What the cookie holds; as <c>Authorization: Bearer</c> for clients that are not browsers.</param>
internal sealed record SessionResponse(Guid Uid, string Token);

/// <summary><c>POST /api/session</c> and <c>POST /api/auth/logout</c>.</summary>
internal static class SessionApi
{
    /// <summary>Maps both.</summary>
    public static void MapSession(this WebApplication app)
    {
        app.MapPost("/api/session", Open).WithMetadata(new RoutePolicy(Bucket: RateBucket.NewSession));
        app.MapPost("/api/auth/logout", LogOutAsync).WithMetadata(new RoutePolicy());
    }

    private static JsonHttpResult<SessionResponse> Open(HttpContext context, SessionTokens tokens)
    {
        var session = context.Features.Get<Session>();
        var userId = session?.UserId ?? Guid.NewGuid();
        var token = session is null ? tokens.Issue(userId) : tokens.Renew(session);
        SessionCookie.Set(context, token);
        return TypedResults.Json(
            new SessionResponse(userId, token),
            statusCode: session is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> LogOutAsync(HttpContext context, RevokedSessions revoked, CancellationToken cancellationToken)
    {
        if (context.Features.Get<Session>() is not { } session)
        {
            return Problems.NotAuthenticated();
        }
        await revoked.RevokeAsync(session, cancellationToken);
        SessionCookie.Clear(context);
        return TypedResults.NoContent();
    }
}
