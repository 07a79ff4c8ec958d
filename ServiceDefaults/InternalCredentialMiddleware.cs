using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>Answers 401 to requests without the internal credential, except for health checks.</summary>
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
            "This service accepts requests of the Gateway and of the other services only.").ExecuteAsync(context);
    }
}
