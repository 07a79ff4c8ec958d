namespace ReelBallers.LocalCloud.Stripe;

/// <summary>What the pages have in common that Stripe hosts.</summary>
internal static class HostedPage
{
    public static IResult Of(int status, string html) => Results.Content(html, "text/html; charset=utf-8", statusCode: status);

    public static IResult NotFound() =>
        Of(404, HostedHtml.Notice("Nothing here", "The page you were looking for could not be found."));

    /// <summary>The address under which the browser knows this server.</summary>
    public static Uri BaseOf(HttpContext context) => new($"{context.Request.Scheme}://{context.Request.Host}");

    /// <summary>The posted form; empty where there is none.</summary>
    public static async Task<IFormCollection> ReadFormAsync(HttpContext context) => context.Request.HasFormContentType
        ? await context.Request.ReadFormAsync(context.RequestAborted)
        : FormCollection.Empty;
}
