using Microsoft.AspNetCore.Routing.Patterns;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Answers 404 to a path that routing matches although it differs in case or by a trailing slash. The valid paths are exactly
/// those of the OpenAPI document.
/// </summary>
internal sealed class CanonicalPathMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint && !IsCanonical(context.Request.Path.Value ?? "", endpoint.RoutePattern)
            ? Problems.ForStatus(StatusCodes.Status404NotFound).ExecuteAsync(context)
            : next(context);

    private static bool IsCanonical(string path, RoutePattern pattern)
    {
        var segments = path.Split('/')[1..];
        var optional = pattern.Parameters.Count(parameter => parameter.IsOptional);
        return segments.Length <= pattern.PathSegments.Count && segments.Length >= pattern.PathSegments.Count - optional
            && segments.Zip(pattern.PathSegments).All(pair =>
                pair.Second.Parts is not [RoutePatternLiteralPart literal] || literal.Content.Equals(pair.First, StringComparison.Ordinal));
    }
}
