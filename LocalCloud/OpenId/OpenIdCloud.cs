using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.OpenId;

/// <summary>
/// An OpenID issuer: discovery, keys, the authorization code flow with PKCE and one client, and UserInfo. Left out: other flows, refresh
/// tokens, sessions, logout, registration of clients.
/// </summary>
internal static class OpenIdCloud
{
    public const string ClientId = "local";
    public const string ClientSecret = "openid_local_secret";

    public static WebApplication Build(LocalCloudOptions options, FaultStore faults)
    {
        var builder = CloudApp.CreateBuilder(options.OpenIdPort);
        builder.Services.AddSingleton(faults).AddSingleton(options.Time).AddSingleton<OpenIdKeys>().AddSingleton<OpenIdGrants>()
            .AddSingleton<IdTokens>();
        var app = builder.Build();
        app.UseCuts().UseFaults(CloudName.OpenId, faults);
        app.MapGet("/.well-known/openid-configuration", (HttpRequest request) => Discovery(IssuerOf(request)));
        app.MapGet("/jwks", (OpenIdKeys keys) => Results.Json(keys.Document));
        app.MapGet("/authorize", Ask);
        app.MapPost("/authorize", AllowAsync);
        app.MapPost("/token", RedeemAsync);
        app.MapMethods("/userinfo", ["GET", "POST"], UserInfo);
        return app;
    }

    private static IResult Discovery(string issuer) => Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = issuer,
        ["authorization_endpoint"] = $"{issuer}/authorize",
        ["token_endpoint"] = $"{issuer}/token",
        ["userinfo_endpoint"] = $"{issuer}/userinfo",
        ["jwks_uri"] = $"{issuer}/jwks",
        ["response_types_supported"] = new[] { "code" },
        ["grant_types_supported"] = new[] { "authorization_code" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        ["scopes_supported"] = new[] { "openid", "email" },
        ["claims_supported"] = new[] { "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "email", "email_verified" },
        ["code_challenge_methods_supported"] = new[] { "S256" },
        ["token_endpoint_auth_methods_supported"] = new[] { "client_secret_basic", "client_secret_post" },
        ["authorization_response_iss_parameter_supported"] = true,
    });

    private static IResult Ask(HttpRequest http)
    {
        var request = AuthorizationRequest.Read(name => http.Query[name]);
        return request.Refusal() is { } refusal ? OpenIdPage.Refuse(refusal)
            : request.Error() is { } error ? Results.Redirect(request.Answer(IssuerOf(http), "error", error))
            : OpenIdPage.Ask(request);
    }

    private static async Task<IResult> AllowAsync(HttpContext context, OpenIdGrants grants, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var request = AuthorizationRequest.Read(name => form[name]);
        if (request.Refusal() is { } refusal)
        {
            return OpenIdPage.Refuse(refusal);
        }

        var email = form["email"].ToString().Trim();
        var error = request.Error() ?? (form["cancel"].Count > 0 ? "access_denied" : null);
        if (error is null && !email.Contains('@', StringComparison.Ordinal))
        {
            return OpenIdPage.Ask(request);
        }

        var issuer = IssuerOf(context.Request);
        var person = OpenIdPerson.Of(email, form["subject"]);
        var nonce = request.Nonce.Length == 0 ? null : request.Nonce;
        return new SeeOther(error is null
            ? request.Answer(issuer, "code", grants.AddCode(
                new OpenIdGrant(person, request.RedirectUri, nonce, request.Challenge, time.GetUtcNow())))
            : request.Answer(issuer, "error", error));
    }

    private static async Task<IResult> RedeemAsync(HttpContext context, OpenIdGrants grants, IdTokens tokens)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!context.Request.HasFormContentType)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_request");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!IsClient(context.Request, form))
        {
            if (context.Request.Headers.Authorization.Count > 0)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"LocalCloud\"";
            }

            return Error(StatusCodes.Status401Unauthorized, "invalid_client");
        }

        if (form["grant_type"] != "authorization_code")
        {
            return Error(StatusCodes.Status400BadRequest, "unsupported_grant_type");
        }

        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (grants.Redeem(form["code"].ToString()) is not { } grant || grant.RedirectUri != form["redirect_uri"]
            || grant.Challenge != challenge)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_grant");
        }

        var accessToken = grants.AddAccessToken(grant);
        return Results.Json(new
        {
            access_token = accessToken,
            token_type = "Bearer",
            expires_in = (int)OpenIdGrants.AccessLifetime.TotalSeconds,
            scope = "openid email",
            id_token = tokens.Create(
                IssuerOf(context.Request), ClientId, grant.Person, grant.SignedInAt, "POST /token", grant.Nonce, accessToken),
        });
    }

    private static IResult UserInfo(HttpContext context, OpenIdGrants grants)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) || header.Scheme != "Bearer"
            || grants.Find(header.Parameter ?? "") is not { Person: var person })
        {
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            return Error(StatusCodes.Status401Unauthorized, "invalid_token");
        }

        return Results.Json(new { sub = person.Subject, email = person.Email, email_verified = true });
    }

    private static bool IsClient(HttpRequest request, IFormCollection form)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header))
        {
            return form["client_id"] == ClientId && form["client_secret"] == ClientSecret;
        }

        // Both are encoded as in a form (RFC 6749, section 2.3.1); some clients escape even an underscore.
        var bytes = new byte[header.Parameter?.Length ?? 0];
        return header.Scheme == "Basic" && Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length)
            && Encoding.ASCII.GetString(bytes, 0, length).Split(':').Select(WebUtility.UrlDecode).SequenceEqual([ClientId, ClientSecret]);
    }

    private static IResult Error(int status, string error) =>
        Results.Json(new { error, error_description = $"LocalCloud says {error}." }, statusCode: status);

    private static string IssuerOf(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}
