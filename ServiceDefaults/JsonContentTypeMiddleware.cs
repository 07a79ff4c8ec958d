using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Answers 415 where an endpoint takes JSON and the body is declared as anything else, another encoding than UTF-8
/// included: the framework's own check ends in an exception for an encoding that it does not know.
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
        // The framework's reader trips over a charset in quotes.
        context.Request.ContentType = "application/json";
        return next(context);
    }

    // A missing body is reported as such, whether or not its type was declared.
    private static bool IsAbsent(HttpRequest request) =>
        request.ContentType is null && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true };

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && type.Parameters.All(parameter => !parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase) || IsUtf8(parameter.Value));

    private static bool IsUtf8(StringSegment charset) => HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
