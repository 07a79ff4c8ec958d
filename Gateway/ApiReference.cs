using System.Buffers.Text;
using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace ReelBallers.Gateway;

/// <summary>
/// <c>/docs</c>: the OpenAPI document as a page, by Scalar. Its script comes from the package and nothing from elsewhere.
/// </summary>
internal static class ApiReference
{
    private const int NonceBytes = 16;

    // Scalar says it by a style attribute, which the page's policy does not allow: how wide line numbers are.
    private const string Styles = ".scalar-app .hljs { --line-digits: 2 }";

    /// <summary>Maps the page and its scripts.</summary>
    public static void MapApiReference(this WebApplication app) =>
        app.MapGroup("").WithMetadata(new RoutePolicy(Access.Public, Bucket: RateBucket.Page, IsPublicFile: true)).MapScalarApiReference(
            "/docs",
            (options, context) =>
            {
                var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));
                context.Features.Set(new PageNonce(nonce));
                options
                    .WithTitle("ReelBallers API")
                    .WithOpenApiRoutePattern("/openapi/v1.json")
                    .WithNonce(nonce)
                    // The first is for the style element of Scalar itself.
                    .AddHeadContent($"<meta property=\"csp-nonce\" content=\"{nonce}\">")
                    .AddHeadContent($"<script nonce=\"{nonce}\" src=\"/docs-styles.js\"></script>")
                    .WithCustomCss(Styles)
                    .DisableDefaultFonts()
                    .DisableTelemetry()
                    .DisableAgent()
                    .DisableMcp()
                    .HideClientButton()
                    .HideDeveloperTools();
            });

    /// <summary>
    /// The content security policy of the page: scripts and styles count by a nonce, which is new with each response. Null for every other
    /// response.
    /// </summary>
    public static string? PolicyOf(HttpContext context) =>
        context.Features.Get<PageNonce>() is { Nonce: var nonce }
            ? $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
                + "img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            : null;

    private sealed record PageNonce(string Nonce);
}
