using System.Net;
using System.Text;

namespace ReelBallers.Accounts;

/// <summary>
/// A mail in the making: written once, and given as text and as HTML. Everything is plain text until it is rendered; what is inserted is
/// encoded here and nowhere else.
/// </summary>
/// <param name="subject">The subject; also the heading.</param>
/// <param name="preheader">What a list of mails shows beside the subject.</param>
internal sealed class MailText(string subject, string preheader)
{
    /// <summary>The app's name.</summary>
    public const string AppName = "ReelBallers";

    private const string ButtonStyle =
        "display:inline-block;background:#0a7d4f;color:#ffffff;text-decoration:none;padding:12px 20px;border-radius:8px";

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _html = new();
    private readonly string _subject = OneLine(subject);
    private readonly string _preheader = OneLine(preheader);
    private Uri? _unsubscribeUrl;

    /// <summary>Adds a paragraph.</summary>
    public MailText Say(string paragraph)
    {
        _text.Append(OneLine(paragraph)).Append("\n\n");
        _html.Append("<p style=\"margin:0 0 16px\">").Append(Encode(paragraph)).Append("</p>\n");
        return this;
    }

    /// <summary>Adds a paragraph that is read last, if at all.</summary>
    public MailText Add(string paragraph)
    {
        _text.Append(OneLine(paragraph)).Append("\n\n");
        _html.Append("<p style=\"margin:0 0 16px;opacity:.75\">").Append(Encode(paragraph)).Append("</p>\n");
        return this;
    }

    /// <summary>Adds a table of names and values.</summary>
    public MailText List(params (string Name, string Value)[] facts)
    {
        _html.Append("<table role=\"presentation\" style=\"border-collapse:collapse;margin:0 0 16px\">\n");
        foreach (var (name, value) in facts)
        {
            _text.Append(name).Append(": ").Append(OneLine(value)).Append('\n');
            _html.Append("<tr><td style=\"padding:2px 16px 2px 0;opacity:.75;vertical-align:top\">").Append(Encode(name))
                .Append("</td><td style=\"padding:2px 0\">").Append(Encode(value)).Append("</td></tr>\n");
        }
        _text.Append('\n');
        _html.Append("</table>\n");
        return this;
    }

    /// <summary>Adds the one thing to do.</summary>
    public MailText Button(string label, string url)
    {
        _text.Append(label).Append(": ").Append(url).Append("\n\n");
        _html.Append("<p style=\"margin:0 0 24px\"><a href=\"").Append(Encode(url)).Append("\" style=\"").Append(ButtonStyle).Append("\">")
            .Append(Encode(label)).Append("</a></p>\n");
        return this;
    }

    /// <summary>Adds another link.</summary>
    public MailText Link(string label, string url)
    {
        _text.Append(label).Append(": ").Append(url).Append("\n\n");
        _html.Append("<p style=\"margin:0 0 16px\"><a href=\"").Append(Encode(url)).Append("\" style=\"color:inherit\">")
            .Append(Encode(label)).Append("</a></p>\n");
        return this;
    }

    /// <summary>Adds how to get no more mails of this kind.</summary>
    public MailText Unsubscribe(Uri url)
    {
        _unsubscribeUrl = url;
        return Link("No more mails of this kind", url.AbsoluteUri);
    }

    /// <summary>The mail.</summary>
    public MailContent Write() => new(_subject, _text.ToString().TrimEnd('\n') + "\n", Page()) { UnsubscribeUrl = _unsubscribeUrl };

    // No colours but those of the button, so that it reads well on a light and on a dark ground.
    private string Page() =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>{Encode(_subject)}</title>
        </head>
        <body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
        <div style="display:none;max-height:0;overflow:hidden">{Encode(_preheader)}</div>
        <div style="max-width:560px;margin:0 auto">
        <h1 style="font-size:20px;margin:0 0 16px">{Encode(_subject)}</h1>
        {_html}</div>
        </body>
        </html>

        """;

    private static string Encode(string text) => WebUtility.HtmlEncode(OneLine(text));

    // A subject with a line break would be two headers.
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
