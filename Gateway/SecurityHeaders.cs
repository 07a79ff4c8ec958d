using Microsoft.Extensions.Options;

namespace ReelBallers.Gateway;

/// <summary>The security headers, which every response has.</summary>
internal sealed class SecurityHeaders
{
    private readonly string _contentSecurityPolicy;

    public SecurityHeaders(IOptions<ContentSecurityOptions> options)
    {
        // The page calls the Gateway, and the storage directly for uploads and downloads.
        var storage = string.Concat(options.Value.Origins.Select(origin => $" {origin}"));
        _contentSecurityPolicy = $"default-src 'self'; connect-src 'self'{storage}; media-src 'self' blob:{storage}; img-src 'self' data:; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    /// <summary>Sets the headers, replacing those of a service.</summary>
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

/// <summary>Sets the headers when the response starts, since error handling clears headers that were set before.</summary>
internal sealed class SecurityHeadersMiddleware(RequestDelegate next, SecurityHeaders security)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            var isPublicFile = RoutePolicy.Of(context).IsPublicFile && context.Response.StatusCode < StatusCodes.Status400BadRequest;
            security.Apply(context.Response.Headers, context.Request.IsHttps, isPublicFile);
            if (ApiReference.PolicyOf(context) is { } policy)
            {
                context.Response.Headers.ContentSecurityPolicy = policy;
                context.Response.Headers.CacheControl = "no-store";
            }
            return Task.CompletedTask;
        });
        return next(context);
    }
}
