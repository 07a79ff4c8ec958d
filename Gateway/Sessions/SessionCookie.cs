namespace ReelBallers.Gateway;

/// <summary>The cookie <c>uid</c> that carries a session token.</summary>
internal static class SessionCookie
{
    public const string Name = "uid";

    public static void Set(HttpContext context, string token) => context.Response.Cookies.Append(Name, token, new CookieOptions
    {
        Path = "/",
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        MaxAge = TimeSpan.FromDays(365),
        Secure = context.Request.IsHttps,
    });
}
