using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>
/// Rejects (403 <c>origin_not_allowed</c>) unsafe requests that a browser sends from another site's page. SameSite cookies
/// prevent most of them; this also covers pages on a sibling domain and requests that open a session.
/// </summary>
internal sealed class OriginMiddleware(RequestDelegate next, AllowedOrigins origins)
{
    public Task InvokeAsync(HttpContext context) =>
        !IsSafe(context.Request.Method) && RoutePolicy.Of(context).Access != Access.Public && IsForeign(context.Request)
            ? Problems.Of(StatusCodes.Status403Forbidden, "origin_not_allowed", "Origin not allowed",
                "The request comes from a page of another site. Its origin must be listed in the parameter allowed-origins.")
                    .ExecuteAsync(context)
            : next(context);

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private bool IsForeign(HttpRequest request)
    {
        // Clients other than browsers send neither header.
        var site = request.Headers["Sec-Fetch-Site"];
        var isForeignSite = site.Count > 0 && site.ToString() is not ("same-origin" or "none");
        var origin = request.Headers.Origin;
        return origin.Count switch
        {
            0 => isForeignSite,
            // A page of another origin that is listed is another site, and the Gateway's own page is not.
            1 => !origins.Allows(origin[0]!, request) || (isForeignSite && AllowedOrigins.IsOf(request, origin[0]!)),
            _ => true,
        };
    }
}
