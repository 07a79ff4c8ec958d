using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Authenticates the caller and passes the identity to the services in headers that only the Gateway sets; such headers of
/// the request are dropped. The token itself is not forwarded.
/// </summary>
internal sealed class IdentityMiddleware(
    RequestDelegate next, SessionTokens tokens, RevokedSessions revoked, RevokedUsers revokedUsers, SessionActivity activity,
    InternalCredential credential)
{
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var reads = RoutePolicy.Of(context).Access != Access.Public;
        var bearer = reads ? RequestTokens.Bearer(headers) : null;
        var cookie = reads ? RequestTokens.Cookie(headers) : null;
        headers.Remove(Caller.HeaderName);
        headers.Remove(Operator.HeaderName);
        headers.Remove("Authorization");
        headers.Remove("Cookie");
        headers[InternalCredential.HeaderName] = credential.Value;
        if (tokens.TryRead(bearer ?? cookie, out var session) && !revoked.Contains(session) && !revokedUsers.Contains(session))
        {
            headers[Caller.HeaderName] = session.UserId.ToString();
            context.Features.Set(session);
            activity.Seen(session);
            if (bearer is null && tokens.IsDueForRenewal(session))
            {
                SessionCookie.RenewWithResponse(context, () => tokens.Renew(session));
            }
        }
        else if (bearer is not null)
        {
            // No fallback to the cookie, which may belong to another user.
            context.Features.Set(new InvalidBearer());
        }
        return next(context);
    }
}

/// <summary>Marks a request whose bearer token does not verify.</summary>
internal sealed record InvalidBearer;

/// <summary>Answers 401 to a request with an invalid bearer token, after it was counted in the rate limits.</summary>
internal sealed class InvalidBearerMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<InvalidBearer>() is null ? next(context) : Rejection().ExecuteAsync(context);

    private static IResult Rejection() => Problems.Of(
        StatusCodes.Status401Unauthorized, "not_authenticated", "Not authenticated",
        "The bearer token is not valid. Open a session with POST /api/session and send its token in one Authorization header.");
}
