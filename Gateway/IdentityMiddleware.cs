using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Finds out who the caller is, and tells the services in headers that only the Gateway may set: whatever came in under
/// their names is dropped. The token itself goes no further than here.
/// </summary>
internal sealed class IdentityMiddleware(RequestDelegate next, SessionTokens tokens, InternalCredential credential)
{
    private const string Bearer = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var userId = Read(headers.Authorization.ToString(), context.Request.Cookies[SessionCookie.Name]);
        headers.Remove(Caller.HeaderName);
        headers.Remove("Authorization");
        headers.Remove("Cookie");
        headers[InternalCredential.HeaderName] = credential.Value;
        if (userId is { } known)
        {
            headers[Caller.HeaderName] = known.ToString();
        }
        return next(context);
    }

    private Guid? Read(string authorization, string? cookie)
    {
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && tokens.TryRead(authorization[Bearer.Length..].Trim(), out var bearer))
        {
            return bearer;
        }
        return tokens.TryRead(cookie, out var fromCookie) ? fromCookie : null;
    }
}
