using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Finds out who the caller is, and tells the services in headers that only the Gateway may set: what came in under
/// their names is dropped. The token itself goes no further than here.
/// </summary>
internal sealed class IdentityMiddleware(
    RequestDelegate next, SessionTokens tokens, RevokedSessions revoked, InternalCredential credential)
{
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var reads = RoutePolicy.Of(context).ReadsIdentity;
        var bearer = reads ? RequestTokens.Bearer(headers) : null;
        var cookie = reads ? RequestTokens.Cookie(headers) : null;
        headers.Remove(Caller.HeaderName);
        headers.Remove("Authorization");
        headers.Remove("Cookie");
        headers[InternalCredential.HeaderName] = credential.Value;
        if (tokens.TryRead(bearer ?? cookie, out var session) && !revoked.Contains(session))
        {
            headers[Caller.HeaderName] = session.UserId.ToString();
            context.Features.Set(session);
            if (bearer is null && tokens.IsDueForRenewal(session))
            {
                SessionCookie.RenewWithAnswer(context, () => tokens.Renew(session));
            }
        }
        else if (bearer is not null)
        {
            // Never the cookie's user instead: the client meant another one.
            context.Features.Set(new InvalidBearer());
        }
        return next(context);
    }
}

/// <summary>Marks a request whose bearer token does not verify.</summary>
internal sealed record InvalidBearer;

/// <summary>Answers 401 to a request with a wrong bearer token, after it was counted in the rate limits of its address.</summary>
internal sealed class InvalidBearerMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<InvalidBearer>() is null ? next(context) : Rejection().ExecuteAsync(context);

    private static IResult Rejection() => Problems.Of(
        StatusCodes.Status401Unauthorized, "not_authenticated", "Not authenticated",
        "The bearer token is not valid. Send one Authorization header with the token of a session, or none: POST /api/session opens one.");
}
