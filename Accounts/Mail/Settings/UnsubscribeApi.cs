using System.Net;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// The unsubscribe links of mails (RFC 8058). A POST switches the kind off, without a session: mail programs send it. A GET changes
/// nothing, since programs that look through mails follow links, and shows a page with a button.
/// </summary>
internal static class UnsubscribeApi
{
    /// <summary>Before the token.</summary>
    public const string Path = "/api/account/unsubscribe";

    public static void MapUnsubscribe(this IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{Path}/{{unsubscribeToken}}", Show).Produces<string>(contentType: "text/html");
        routes.MapPost($"{Path}/{{unsubscribeToken}}", SwitchOffAsync).Produces<string>(contentType: "text/html");
    }

    private static IResult Show(string unsubscribeToken, UnsubscribeTokens tokens) => tokens.Read(unsubscribeToken) is { } what
        ? Page(
            $"Do you want no more mails of the kind \"{NameOf(what.Kind)}\"?",
            // To its own address.
            "<form method=\"post\"><button>Switch them off</button></form>")
        : Unknown();

    private static async Task<IResult> SwitchOffAsync(
        string unsubscribeToken, UnsubscribeTokens tokens, MailSettings settings, CancellationToken cancellationToken)
    {
        if (tokens.Read(unsubscribeToken) is not { } what)
        {
            return Unknown();
        }
        await settings.SwitchAsync(what.UserId, new Dictionary<MailKind, bool> { [what.Kind] = false }, cancellationToken);
        return Page($"You get no more mails of the kind \"{NameOf(what.Kind)}\".", "");
    }

    private static IResult Unknown() => Problems.NotFound("unsubscribe_link_unknown", "Unsubscribe link unknown");

    private static string NameOf(MailKind kind) => kind.ToText().Replace('_', ' ');

    private static IResult Page(string text, string form) => Results.Content(
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>Mails of {MailText.AppName}</title>
        <link rel="stylesheet" href="/app.css">
        <link rel="icon" href="data:,">
        </head>
        <body>
        <header><h1>{MailText.AppName}</h1></header>
        <main>
        <p role="status">{WebUtility.HtmlEncode(text)}</p>
        {form}
        <p><a href="/">To the app</a></p>
        </main>
        </body>
        </html>

        """, "text/html; charset=utf-8");
}
