namespace ReelBallers.Gateway;

/// <summary>The files of <c>wwwroot</c>: the pages and the OpenAPI document. They are the same for every caller.</summary>
internal static class Pages
{
    public static void MapPages(this WebApplication app) =>
        app.MapStaticAssets().WithMetadata(new RoutePolicy(Access.Public, Bucket: RateBucket.Page, IsPublicFile: true));
}
