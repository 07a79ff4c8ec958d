using Microsoft.AspNetCore.Http;

namespace ReelBallers.ServiceDefaults;

/// <summary>Answers 401 to requests without the internal credential, except for health checks.</summary>
internal sealed class InternalCredentialMiddleware(RequestDelegate next, InternalCredential credential)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (IsHealthCheck(context.Request.Path) || credential.Matches(context.Request.Headers[InternalCredential.HeaderName]))
        {
            return next(context);
        }
        return Problems.Of(StatusCodes.Status401Unauthorized, "not_authenticated", "Not authenticated",
            "This service accepts requests of the Gateway and of the other services only.").ExecuteAsync(context);
    }

    // Probes have no credential. A gRPC health check is a single call: the stream of changes stays closed to them.
    private static bool IsHealthCheck(PathString path) =>
        path == "/health" || path == "/alive" || path == "/grpc.health.v1.Health/Check";
}
