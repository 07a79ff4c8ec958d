using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>Refuses (401) whoever is neither the Gateway nor a service of ours; health is open to all.</summary>
internal sealed class InternalCredentialMiddleware(RequestDelegate next, InternalCredential credential)
{
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path == "/health" || path == "/alive" || credential.Matches(context.Request.Headers[InternalCredential.HeaderName]))
        {
            return next(context);
        }
        return Problems.Of(StatusCodes.Status401Unauthorized, "not_authenticated", "Not authenticated",
            "This service answers the Gateway and its sister services only.").ExecuteAsync(context);
    }
}
