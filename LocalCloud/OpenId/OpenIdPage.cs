using System.Net;

namespace ReelBallers.LocalCloud.OpenId;

/// <summary>The page that asks who signs in.</summary>
internal static class OpenIdPage
{
    public static IResult Ask(AuthorizationRequest request) => Page($"""
        <h1>Sign in</h1>
        <form method="post">
        {string.Concat(request.Fields.Select(field =>
            $"<input type=\"hidden\" name=\"{Text(field.Name)}\" value=\"{Text(field.Value)}\">\n"))}
        <label>E-mail address <input name="email" type="email" required autofocus value="jo@example.com"></label>
        <button>Continue</button>
        <button name="cancel" value="true" formnovalidate>Cancel</button>
        </form>
        """);

    public static IResult Refuse(string reason) => Page($"<h1>Not possible</h1><p>{Text(reason)}</p>", StatusCodes.Status400BadRequest);

    private static IResult Page(string body, int status = StatusCodes.Status200OK) => Results.Content(
        $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
        <title>Local OpenID</title>
        <style>:root{color-scheme:light dark}body{font:1rem system-ui;max-width:24rem;margin:3rem auto;padding:0 1rem}
        label,input{display:block;width:100%;box-sizing:border-box}
        input,button{font:inherit;padding:.6rem;margin:.25rem 0 1rem}</style></head>
        <body><p>LocalCloud's OpenID issuer: any address signs in, without a password.</p>
        {{body}}
        </body></html>
        """, "text/html; charset=utf-8", statusCode: status);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
