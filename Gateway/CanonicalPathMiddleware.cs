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

    private static bool IsCanonical(ReadOnlySpan<char> path, RoutePattern pattern)
    {
        var known = pattern.PathSegments;
        var count = 0;
        // The first is what is before the slash at the beginning.
        var segments = path.Split('/');
        segments.MoveNext();
        foreach (var segment in segments)
        {
            if (count == known.Count
                || (known[count].Parts is [RoutePatternLiteralPart literal] && !path[segment].SequenceEqual(literal.Content)))
            {
                return false;
            }
            count++;
        }
        return count == known.Count || count >= known.Count - pattern.Parameters.Count(parameter => parameter.IsOptional);
    }
}
