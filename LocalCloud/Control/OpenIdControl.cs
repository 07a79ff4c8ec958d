using ReelBallers.LocalCloud.OpenId;

namespace ReelBallers.LocalCloud.Control;

/// <summary>What the OpenID issuer does by itself, and ID tokens as the SDK of an app gets them.</summary>
internal static class OpenIdControl
{
    private const string TokensPath = "/openid/tokens";

    public static void Map(WebApplication app, WebApplication issuer)
    {
        var (keys, tokens) = (issuer.Services.GetRequiredService<OpenIdKeys>(), issuer.Services.GetRequiredService<IdTokens>());
        app.MapPost("/openid/rotate", () =>
        {
            keys.Rotate();
            return Results.NoContent();
        });
        app.MapPost(TokensPath, (TokenRequest request, TimeProvider time) =>
            string.IsNullOrWhiteSpace(request.Email) || string.IsNullOrWhiteSpace(request.Audience)
                ? Results.Problem("email and audience must not be empty", statusCode: StatusCodes.Status400BadRequest)
                : Results.Ok(new
                {
                    id_token = tokens.Create(
                        issuer.Address().GetLeftPart(UriPartial.Authority), request.Audience,
                        OpenIdPerson.Of(request.Email, request.Subject), time.GetUtcNow().AddSeconds(-request.SignedInSecondsAgo),
                        $"POST {TokensPath}"),
                }));
    }

    /// <summary>The body of <c>POST /openid/tokens</c>.</summary>
    internal sealed record TokenRequest(string? Email, string? Audience, string? Subject, int SignedInSecondsAgo = 0);
}
