using Microsoft.AspNetCore.Routing.Patterns;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Answers 404 to a path that routing takes for one of ours although it is spelled differently: in another case, or with
/// a slash at its end. The paths are those of the OpenAPI document and no others.
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
        return segments.Length == pattern.PathSegments.Count
            && segments.Zip(pattern.PathSegments).All(pair =>
                pair.Second.Parts is not [RoutePatternLiteralPart literal] || literal.Content.Equals(pair.First, StringComparison.Ordinal));
    }
}
