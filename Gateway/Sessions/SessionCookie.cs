namespace ReelBallers.Gateway;

/// <summary>The cookie <c>uid</c> that carries a session token.</summary>
internal static class SessionCookie
{
    /// <summary>Its name, in this case only.</summary>
    public const string Name = "uid";

    /// <summary>Gives the browser a token.</summary>
    public static void Set(HttpContext context, string token) =>
        context.Response.Cookies.Append(Name, token, Options(context, SessionTokens.Lifetime));

    /// <summary>Takes the token away from the browser.</summary>
    public static void Clear(HttpContext context) =>
        context.Response.Cookies.Delete(Name, Options(context, maxAge: null));

    /// <summary>With this answer, unless it sets or clears the cookie itself.</summary>
    public static void RenewWithAnswer(HttpContext context, Func<string> token) => context.Response.OnStarting(() =>
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
