using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Logging;

namespace ReelBallers.ServiceDefaults;

/// <summary>Converts exceptions of handlers to error responses, and logs bugs and outages once.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    private const string WrongBody = "is missing, malformed or of the wrong type";

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        await ToResult(context, exception).ExecuteAsync(context);
        return true;
    }

    private IResult ToResult(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case ProblemException problem:
                return problem.Result;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problems.TooLarge();
            case BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType }:
                return Problems.UnsupportedMediaType();
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return Problems.RequestTimeout();
            case BadHttpRequestException { InnerException: JsonException json }:
                return Problems.Validation((FieldOf(json), WrongBody));
            case BadHttpRequestException when LacksBody(context):
                return Problems.Validation(("body", WrongBody));
            case BadHttpRequestException:
                return Problems.Validation(("request", "is malformed: a parameter or the body could not be read"));
            case var outage when DatabaseErrors.IsOutage(outage):
                LogOutage(context.Request.Method, context.Request.Path.ToUriComponent(), Problems.TraceIdOf(context),
                    Outages.Reason(outage));
                return Problems.Interrupted(context.Request.Method, "database_unavailable", "Database unavailable");
            case var outage when Outages.IsOutage(outage):
                LogOutage(context.Request.Method, context.Request.Path.ToUriComponent(), Problems.TraceIdOf(context),
                    Outages.Reason(outage));
                return Problems.Interrupted(context.Request.Method, "service_unavailable", "Service unavailable");
            default:
                LogBug(context.Request.Method, context.Request.Path.ToUriComponent(), Problems.TraceIdOf(context), exception);
                return Problems.Of(StatusCodes.Status500InternalServerError, "internal_error", "Internal error",
                    "The failure was logged. Include the trace_id when you report it.");
        }
    }

    // Whether an empty body is seen as none or as malformed depends on how the client sends it.
    private static bool LacksBody(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>() is not null
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

    private static string FieldOf(JsonException json)
    {
        var path = (json.Path ?? "$").TrimStart('$').TrimStart('.');
        return path.Length == 0 ? "body" : path;
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed, trace {TraceId}")]
    private partial void LogBug(string method, string path, string traceId, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path}, trace {TraceId}: a dependency is unavailable ({Reason})")]
    private partial void LogOutage(string method, string path, string traceId, string reason);
}
