namespace ReelBallers.Gateway;

/// <summary>Which routes look at who the caller is.</summary>
internal static class IdentityRoutes
{
    /// <summary>False for what carries a proof of its own (webhooks) or is open to all (health, the page and its files).</summary>
    public static bool LooksAtIdentity(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api", out var rest)
        && !rest.StartsWithSegments("/webhook") && !rest.StartsWithSegments("/webhooks")
        && !rest.StartsWithSegments("/runpod") && !rest.StartsWithSegments("/health");
}
