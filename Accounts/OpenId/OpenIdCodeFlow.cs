using System.IdentityModel.Tokens.Jwt;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The authorization code flow with PKCE at an issuer (OpenID Connect Core, section 3.1).</summary>
internal sealed partial class OpenIdCodeFlow(OpenIdSecrets secrets, IOptions<AppOptions> app, ILogger<OpenIdCodeFlow> logger)
{
    private const string Scope = "openid email";

    private static readonly OpenIdConnectProtocolValidator Protocol = new() { RequireTimeStampInNonce = false };

    /// <summary>Where the browser goes to sign in.</summary>
    /// <exception cref="OpenIdUnavailableException">The issuer's metadata cannot be read.</exception>
    public async Task<string> AuthorizationUrlAsync(OpenIdProvider provider, Guid signInId, CancellationToken cancellationToken)
    {
        var metadata = await provider.MetadataAsync(cancellationToken);
        if (string.IsNullOrEmpty(metadata.AuthorizationEndpoint) || string.IsNullOrEmpty(metadata.TokenEndpoint))
        {
            throw provider.Unavailable("the discovery document names no authorization or no token endpoint");
        }
        var message = new OpenIdConnectMessage
        {
            IssuerAddress = metadata.AuthorizationEndpoint,
            EnableTelemetryParameters = false,
            ClientId = provider.Options.ClientId,
            RedirectUri = RedirectUri(provider),
            ResponseType = OpenIdConnectResponseType.Code,
            Scope = Scope,
            State = secrets.State(signInId),
            Nonce = secrets.Nonce(signInId),
        };
        message.SetParameter("code_challenge", OpenIdSecrets.Challenge(secrets.Verifier(signInId)));
        message.SetParameter("code_challenge_method", "S256");
        return message.CreateAuthenticationRequestUrl();
    }

    /// <summary>Redeems the code and validates what the issuer says.</summary>
    /// <exception cref="OpenIdUnavailableException">The issuer does not answer. The code may have been used.</exception>
    public async Task<(OpenIdIdentity? Identity, OpenIdRejection Rejection)> RedeemAsync(
        OpenIdProvider provider, Guid signInId, string code, CancellationToken cancellationToken)
    {
        var metadata = await provider.MetadataAsync(cancellationToken);
        var answer = await RedeemAsync(provider, metadata, code, secrets.Verifier(signInId), cancellationToken);
        if (answer is not { IdToken: { } idToken }
            || await OpenIdTokens.ValidateAsync(provider, idToken, [provider.Options.ClientId], cancellationToken) is not { } token
            || !IsOfThisSignIn(provider, answer, token, secrets.Nonce(signInId)))
        {
            return (null, OpenIdRejection.InvalidToken);
        }
        // An issuer may leave the address out of the token (section 5.4).
        var hasEmail = token.TryGetPayloadValue<object>("email", out _) && token.TryGetPayloadValue<object>("email_verified", out _);
        var userInfo = hasEmail || string.IsNullOrEmpty(metadata.UserInfoEndpoint)
            ? null
            : await UserInfoAsync(provider, metadata, answer.AccessToken, token, cancellationToken);
        return OpenIdIdentity.From(provider, token, userInfo);
    }

    // Registered at Google as the public contract names it.
    private string RedirectUri(OpenIdProvider provider) => provider.Id == "google"
        ? $"{app.Value.BaseUrl}/api/auth/google/callback"
        : $"{app.Value.BaseUrl}/api/auth/providers/{provider.Id}/callback";

    private async Task<OpenIdConnectMessage?> RedeemAsync(
        OpenIdProvider provider, OpenIdConnectConfiguration metadata, string code, string verifier, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = OpenIdConnectGrantTypes.AuthorizationCode,
            ["code"] = code,
            ["redirect_uri"] = RedirectUri(provider),
            ["client_id"] = provider.Options.ClientId,
            ["code_verifier"] = verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        if (provider.Options.ClientSecret is { Length: > 0 } secret)
        {
            var methods = metadata.TokenEndpointAuthMethodsSupported;
            // Without the list only the other method is certain to be known.
            if (methods.Contains("client_secret_post"))
            {
                form["client_secret"] = secret;
            }
            else
            {
                var pair = $"{Uri.EscapeDataString(provider.Options.ClientId)}:{Uri.EscapeDataString(secret)}";
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
            }
        }
        request.Content = new FormUrlEncodedContent(form);
        var (isSuccess, text) = await SendAsync(provider, request, cancellationToken);
        var answer = Parse(provider, text);
        if (isSuccess)
        {
            return answer;
        }
        if (answer.Error is "invalid_client" or "unauthorized_client")
        {
            LogClientRejected(provider.Id);
            throw new OpenIdUnavailableException($"The issuer rejects the client: {answer.Error}", null);
        }
        return null;
    }

    private static async Task<JsonElement?> UserInfoAsync(
        OpenIdProvider provider, OpenIdConnectConfiguration metadata, string? accessToken, JsonWebToken token,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, metadata.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var (isSuccess, text) = await SendAsync(provider, request, cancellationToken);
        if (!isSuccess)
        {
            throw provider.Unavailable("the UserInfo endpoint rejects the access token");
        }
        try
        {
            Protocol.ValidateUserInfoResponse(new OpenIdConnectProtocolValidationContext
            {
                UserInfoEndpointResponse = text,
                ValidatedIdToken = JwtSecurityTokenConverter.Convert(token),
            });
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (Exception exception) when (exception is OpenIdConnectProtocolException or JsonException)
        {
            throw provider.Unavailable("the UserInfo endpoint answers for another subject, or not in JSON", exception);
        }
    }

    private static async Task<(bool IsSuccess, string Text)> SendAsync(
        OpenIdProvider provider, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await provider.Client.SendAsync(request, cancellationToken);
            return (int)response.StatusCode is >= 500 or StatusCodes.Status429TooManyRequests
                ? throw provider.Unavailable($"{request.RequestUri} answers {(int)response.StatusCode}")
                : (response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException exception)
        {
            throw provider.Unavailable(exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw provider.Unavailable($"{request.RequestUri} does not answer in time", exception);
        }
    }

    private static OpenIdConnectMessage Parse(OpenIdProvider provider, string text)
    {
        try
        {
            return new OpenIdConnectMessage(text);
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException)
        {
            throw provider.Unavailable("the token endpoint does not answer in JSON", exception);
        }
    }

    // The nonce, the authorized party and the hash of the access token (section 3.1.3.7).
    private static bool IsOfThisSignIn(OpenIdProvider provider, OpenIdConnectMessage answer, JsonWebToken token, string nonce)
    {
        try
        {
            Protocol.ValidateTokenResponse(new OpenIdConnectProtocolValidationContext
            {
                ClientId = provider.Options.ClientId,
                ProtocolMessage = answer,
                ValidatedIdToken = JwtSecurityTokenConverter.Convert(token),
                Nonce = nonce,
            });
            return true;
        }
        catch (OpenIdConnectProtocolException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "The OpenID issuer {Provider} rejects our client: check its ClientId, ClientSecret and redirect URI")]
    private partial void LogClientRejected(string provider);
}
