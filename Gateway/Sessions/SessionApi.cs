using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ReelBallers.Gateway;

/// <summary>The response of <c>POST /api/session</c>.</summary>
/// <param name="Uid">The user's UUID.</param>
/// <param name="Token">The value of the cookie; other clients send it as <c>Authorization: Bearer</c>.</param>
internal sealed record SessionResponse(Guid Uid, string Token);

/// <summary><c>POST /api/session</c> and <c>POST /api/auth/logout</c>.</summary>
internal static class SessionApi
{
    /// <summary>Maps the endpoints.</summary>
    public static void MapSession(this WebApplication app)
    {
        app.MapPost("/api/session", Open).WithMetadata(new RoutePolicy(Access.Anonymous, Bucket: RateBucket.NewSession))
            .Produces<SessionResponse>().Produces<SessionResponse>(StatusCodes.Status201Created);
        app.MapPost("/api/auth/logout", LogOutAsync).WithMetadata(new RoutePolicy()).Produces(StatusCodes.Status204NoContent);
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

    private static async Task<IResult> LogOutAsync(
        HttpContext context, RevokedSessions revoked, KnownSessions sessions, CancellationToken cancellationToken)
    {
        var session = context.Features.GetRequiredFeature<Session>();
        await revoked.RevokeAsync(session, cancellationToken);
        await sessions.RemoveAsync(session.UserId, session.Id, cancellationToken);
        SessionCookie.Clear(context);
        return TypedResults.NoContent();
    }
}
