using System.Net;

namespace ReelBallers.Accounts;

/// <summary>The texts of the mails.</summary>
internal static class MailTemplates
{
    private const string Name = "ReelBallers";

    /// <summary>A link to sign in.</summary>
    public static MailContent SignIn(string link, DateTimeOffset expiresAt)
    {
        var until = $"{expiresAt.UtcDateTime:HH:mm} UTC";
        const string Ignore = "You did not ask for it? Then ignore this mail: without the link nothing happens.";
        return new MailContent(
            $"Sign in to {Name}",
            $"Sign in to {Name} with this link. It works once, until {until}:\n\n{link}\n\n{Ignore}\n",
            Page(
                $"The link works once, until {until}.",
                $"""
                <h1 style="font-size:20px;margin:0 0 16px">Sign in to {Name}</h1>
                <p style="margin:0 0 24px"><a href="{WebUtility.HtmlEncode(link)}" style="{ButtonStyle}">Sign in</a></p>
                <p style="margin:0 0 16px">The link works once, until {until}.</p>
                <p style="margin:0;opacity:.75">{Ignore}</p>
                """));
    }

    private const string ButtonStyle =
        "display:inline-block;background:#0a7d4f;color:#ffffff;text-decoration:none;padding:12px 20px;border-radius:8px";

    // No colours but those of the button, so that it reads well on a light and on a dark ground.
    private static string Page(string preheader, string content) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>{Name}</title>
        </head>
        <body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
        <div style="display:none;max-height:0;overflow:hidden">{preheader}</div>
        <div style="max-width:560px;margin:0 auto">
        {content}
        </div>
        </body>
        </html>

        """;
}
