namespace ReelBallers.Gateway;

/// <summary>What a browser is told to refuse on our behalf, on every answer whatever produced it.</summary>
internal sealed class SecurityHeaders
{
    private readonly string _contentSecurityPolicy;

    /// <exception cref="InvalidOperationException"><c>ContentSecurity:StorageOrigins</c> holds something that is no origin.</exception>
    public SecurityHeaders(IConfiguration configuration)
    {
        // The page talks to us, and straight to the storage for uploads and downloads.
        var storage = string.Concat(AllowedOrigins.Read(configuration, "ContentSecurity:StorageOrigins").Select(origin => $" {origin}"));
        _contentSecurityPolicy = $"default-src 'self'; connect-src 'self'{storage}; media-src 'self' blob:{storage}; img-src 'self' data:; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    /// <summary>Sets them on an answer whose headers are about to be sent; what a service said of the same is replaced.</summary>
    public void Apply(IHeaderDictionary headers, bool isHttps, bool isPublicFile)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers.ContentSecurityPolicy = _contentSecurityPolicy;
        if (isHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }
        headers.CacheControl = isPublicFile ? "no-cache" : "no-store";
    }
}

/// <summary>Sets the headers at the last moment, since an error answer begins by clearing what was set before.</summary>
internal sealed class SecurityHeadersMiddleware(RequestDelegate next, SecurityHeaders security)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            var isPublicFile = !context.Request.Path.StartsWithSegments("/api") && context.Response.StatusCode < StatusCodes.Status400BadRequest;
            security.Apply(context.Response.Headers, context.Request.IsHttps, isPublicFile);
            return Task.CompletedTask;
        });
        return next(context);
    }
}
