using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Answers 415 if an endpoint expects JSON and the declared type or encoding is not JSON in UTF-8. The framework's own check
/// throws for an unknown encoding.
/// </summary>
internal sealed class JsonContentTypeMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null || IsAbsent(context.Request))
        {
            return next(context);
        }
        if (!IsJson(context.Request.ContentType))
        {
            return Problems.UnsupportedMediaType().ExecuteAsync(context);
        }
        // The framework does not accept a quoted charset.
        context.Request.ContentType = "application/json";
        return next(context);
    }

    // A missing body is reported by the endpoint.
    private static bool IsAbsent(HttpRequest request) =>
        request.ContentType is null && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true };

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && type.Parameters.All(
            parameter => !parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase) || IsUtf8(parameter.Value));

    private static bool IsUtf8(StringSegment charset) =>
        HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
