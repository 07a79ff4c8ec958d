using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>The response of <c>GET /api/auth/sessions</c>.</summary>
internal sealed record SessionListResponse(IReadOnlyList<SessionBody> Sessions);

/// <summary>A session in the list.</summary>
/// <param name="Id">For <c>DELETE /api/auth/sessions/{session_id}</c>.</param>
/// <param name="CreatedAt">When its user signed in.</param>
/// <param name="LastSeenAt">When it was used last, to a minute or two.</param>
/// <param name="UserAgent">The browser, as it says of itself.</param>
/// <param name="Current">Whether it is the one that asks.</param>
internal sealed record SessionBody(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string UserAgent, bool Current);

/// <summary><c>GET</c> and <c>DELETE /api/auth/sessions</c>, and <c>DELETE /api/auth/sessions/{session_id}</c>.</summary>
internal static class SessionListApi
{
    /// <summary>Maps the endpoints.</summary>
    public static void MapSessionList(this WebApplication app)
    {
        app.MapGet("/api/auth/sessions", ListAsync).WithMetadata(new RoutePolicy()).Produces<SessionListResponse>();
        app.MapDelete("/api/auth/sessions", RevokeAllAsync).WithMetadata(new RoutePolicy()).Produces(StatusCodes.Status204NoContent);
        app.MapDelete("/api/auth/sessions/{session_id}", RevokeAsync).WithMetadata(new RoutePolicy())
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, KnownSessions sessions, TimeProvider time, CancellationToken cancellationToken)
    {
        var current = context.Features.GetRequiredFeature<Session>();
        var known = await sessions.ListAsync(current.UserId, cancellationToken);
        var bodies = known.Select(session => new SessionBody(
            session.SessionId, session.CreatedAt, session.LastSeenAt, session.UserAgent, session.SessionId == current.Id)).ToList();
        if (!bodies.Exists(session => session.Current))
        {
            // An anonymous one, which is in no table.
            bodies.Insert(0, new SessionBody(
                current.Id, current.OpenedAt, time.GetUtcNow(), KnownSessions.Shorten(context.Request.Headers.UserAgent), Current: true));
        }
        return TypedResults.Json(new SessionListResponse(bodies));
    }

    private static async Task<IResult> RevokeAsync(
        [FromRoute(Name = "session_id")] string sessionId, HttpContext context, KnownSessions sessions, RevokedSessions revoked,
        CancellationToken cancellationToken)
    {
        var current = context.Features.GetRequiredFeature<Session>();
        if (!Guid.TryParseExact(sessionId, "D", out var id)
            || (id != current.Id && !await sessions.ContainsAsync(current.UserId, id, cancellationToken)))
        {
            return Problems.NotFound("session_not_found", "Session not found");
        }
        // First: a session that is in no list any more but is still valid could not be ended.
        await revoked.RevokeAsync(current with { Id = id }, cancellationToken);
        await sessions.RemoveAsync(current.UserId, id, cancellationToken);
        if (id == current.Id)
        {
            SessionCookie.Clear(context);
        }
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RevokeAllAsync(HttpContext context, RevokedUsers revoked, CancellationToken cancellationToken)
    {
        var current = context.Features.GetRequiredFeature<Session>();
        await revoked.RevokeAsync(current.UserId, cancellationToken);
        SessionCookie.Clear(context);
        return TypedResults.NoContent();
    }
}
