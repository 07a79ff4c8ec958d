using System.Globalization;
using System.Net;
using System.Text;
using ReelBallers.LocalCloud.Resend;

namespace ReelBallers.LocalCloud.Control;

/// <summary>The mailbox: a page for browsers, JSON for everything else.</summary>
internal static class MailboxPage
{
    public static void Map(WebApplication app, Mailbox mailbox)
    {
        app.MapGet("/mail", (HttpRequest request, string? to) =>
        {
            IReadOnlyList<Mail> mails = to is null
                ? mailbox.List()
                : [.. mailbox.List().Where(mail => mail.To.Contains(to, StringComparer.OrdinalIgnoreCase))];
            return request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
                ? Results.Content(Html(mails), "text/html; charset=utf-8")
                : Results.Ok(new { mails });
        });
        app.MapPost("/mail", (MailRequest mail) =>
        {
            if (string.IsNullOrWhiteSpace(mail.To) || string.IsNullOrWhiteSpace(mail.Subject))
            {
                return Results.Problem("to and subject must not be empty", statusCode: StatusCodes.Status400BadRequest);
            }

            mailbox.Put(new MailBody(mail.From ?? "", [mail.To], mail.Subject, mail.Text, Html: null, Headers: null));
            return Results.Accepted();
        });
    }

    private static string Html(IReadOnlyList<Mail> mails)
    {
        var page = new StringBuilder(
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Mailbox</title>
            <style>:root{color-scheme:light dark}body{font:1rem system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}
            iframe{width:100%;height:24rem;border:1px solid}pre{white-space:pre-wrap}</style><h1>Mailbox</h1>
            """);
        foreach (var mail in mails.Reverse())
        {
            var at = mail.ReceivedAt.ToString("u", CultureInfo.InvariantCulture);
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(mail.Subject)}</h2>")
                .Append(CultureInfo.InvariantCulture, $"<p>{at}, from {Encode(mail.From)} to {Encode(string.Join(", ", mail.To))}</p>");
            // What is in a mail opens its links in a window of their own, and does nothing else.
            page.Append(mail.Html.Length == 0
                ? $"<pre>{Encode(mail.Text)}</pre>"
                : "<iframe sandbox=\"allow-popups allow-popups-to-escape-sandbox\" "
                    + $"srcdoc=\"{Encode($"<base target=_blank>{mail.Html}")}\"></iframe>");
        }

        return page.ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The body of <c>POST /mail</c>.</summary>
    internal sealed record MailRequest(string? From, string? To, string? Subject, string? Text);
}
