using Scalar.AspNetCore;

namespace ReelBallers.Gateway;

/// <summary>
/// <c>/docs</c>: the OpenAPI document as a page, by Scalar. Its script comes from the package and nothing from elsewhere.
/// </summary>
internal static class ApiReference
{
    /// <summary>Maps the page and its scripts.</summary>
    public static void MapApiReference(this WebApplication app) =>
        app.MapGroup("").WithMetadata(new RoutePolicy(Access.Public, Bucket: RateBucket.Page, IsPublicFile: true)).MapScalarApiReference(
            "/docs",
            options => options
                .WithTitle("ReelBallers API")
                .WithOpenApiRoutePattern("/openapi/v1.json")
                .WithNonce()
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideClientButton()
                .HideDeveloperTools());

    /// <summary>
    /// The content security policy of the page: scripts run by a nonce, which is new with each response. Scalar's script makes style
    /// elements, so that styles are allowed inline. Null for every other response.
    /// </summary>
    public static string? PolicyOf(HttpContext context) =>
        context.Items.TryGetValue(ScalarOptions.NonceHttpContextItemKey, out var nonce) && nonce is string { Length: > 0 } given
            ? $"default-src 'none'; script-src 'nonce-{given}'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
                + "img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            : null;
}
