namespace ReelBallers.Gateway;

/// <summary>The cookie <c>uid</c> that carries a session token.</summary>
internal static class SessionCookie
{
    /// <summary>The name of the cookie, which is case-sensitive.</summary>
    public const string Name = "uid";

    /// <summary>Sets the cookie.</summary>
    public static void Set(HttpContext context, string token) =>
        context.Response.Cookies.Append(Name, token, Options(context, SessionTokens.Lifetime));

    /// <summary>Deletes the cookie.</summary>
    public static void Clear(HttpContext context) =>
        context.Response.Cookies.Delete(Name, Options(context, maxAge: null));

    /// <summary>Renews the cookie with this response, unless the response sets or deletes it itself.</summary>
    public static void RenewWithResponse(HttpContext context, Func<string> token) => context.Response.OnStarting(() =>
    {
        if (!context.Response.Headers.SetCookie.Any(cookie => cookie?.StartsWith($"{Name}=", StringComparison.Ordinal) is true))
        {
            Set(context, token());
        }
        return Task.CompletedTask;
    });

    private static CookieOptions Options(HttpContext context, TimeSpan? maxAge) => new()
    {
        Path = "/",
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        MaxAge = maxAge,
        Secure = context.Request.IsHttps,
    };
}
