using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The frame of all pages that Stripe hosts: they load no external resources.</summary>
internal static class HostedHtml
{
    private const string Style = """
        *{box-sizing:border-box}body{margin:0;background:#f6f8fb;color:#1a1f36;font:16px/1.5 system-ui,sans-serif}
        .banner{background:#1a1f36;color:#fff;text-align:center;padding:.5rem 1rem;font-size:.875rem}
        main{max-width:26rem;margin:2rem auto;padding:2rem;background:#fff;border-radius:12px;box-shadow:0 6px 24px #1a1f3614}
        h1{margin:.25rem 0 1rem;font-size:2rem}h2{margin:0;font-size:1rem;font-weight:500;color:#4f566b}
        ul{list-style:none;margin:0 0 1.5rem;padding:0}
        li{display:flex;justify-content:space-between;gap:1rem;padding:.4rem 0;border-bottom:1px solid #e3e8ee}
        label{display:block;margin:0 0 1rem;font-size:.875rem;color:#4f566b}
        input,select{display:block;width:100%;margin-top:.25rem;padding:.65rem .75rem;border:1px solid #8792a2;border-radius:6px;
            font:inherit;color:inherit;background:#fff}
        input:focus,select:focus,button:focus-visible,a:focus-visible{outline:3px solid #0b5fff66;outline-offset:1px}
        input.tick{display:inline;width:auto}.two{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
        button{width:100%;padding:.8rem;border:0;border-radius:6px;background:#0b5fff;color:#fff;
            font:600 1rem system-ui,sans-serif;cursor:pointer}
        button.plain{margin-top:.75rem;background:#fff;color:#1a1f36;border:1px solid #8792a2}
        .error{margin:0 0 1rem;padding:.75rem;border-radius:6px;background:#fdecea;color:#8c1d18}
        details{margin-top:1.5rem;font-size:.875rem}summary{cursor:pointer;margin-bottom:.75rem}
        code{background:#f0f2f5;padding:.1rem .3rem;border-radius:4px}
        table{width:100%;border-collapse:collapse}td{padding:.25rem 0;vertical-align:top}a{color:#0b5fff}
        """;

    public static string Notice(string title, string text, string? onward = null) => Document(title, $"""
        <h1>{Text(title)}</h1>
        <p>{Text(text)}</p>
        {(onward is null ? "" : $"<p><a href=\"{Text(onward)}\">Continue</a></p>")}
        """);

    public static string Document(string title, string body) => $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
        <title>{Text(title)} · offline Stripe</title><style>{Style}</style></head>
        <body><p class="banner" style="margin:0">Offline checkout of LocalCloud. No real card, no real money.</p>
        <main>
        {body}
        </main></body></html>

        """;

    /// <summary>Text as HTML.</summary>
    public static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    /// <summary>A field of an object with an amount in its currency.</summary>
    public static string Money(JsonObject document, string field) =>
        Text(Currencies.Show(document.Number(field), document.Text("currency")!));

    /// <summary>A field with Unix seconds as a day.</summary>
    public static string Day(JsonObject document, string field) =>
        DateTimeOffset.FromUnixTimeSeconds(document.Number(field)).ToString("MMMM d, yyyy", CultureInfo.InvariantCulture);
}
