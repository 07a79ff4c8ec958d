namespace ReelBallers.Gateway;

/// <summary>What a browser is told to refuse on our behalf.</summary>
internal sealed class SecurityHeadersMiddleware(RequestDelegate next)
{
    // The page talks to us, and straight to R2 (or its local stand-in) for uploads and downloads.
    private const string R2Origins = "https://*.r2.cloudflarestorage.com http://127.0.0.1:* http://localhost:*";

    private const string ContentSecurityPolicy =
        $"default-src 'self'; connect-src 'self' {R2Origins}; media-src 'self' blob: {R2Origins}; img-src 'self' data:; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            headers.CacheControl = "no-store";
        }
        return next(context);
    }
}
