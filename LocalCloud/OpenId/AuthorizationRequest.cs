using Microsoft.AspNetCore.WebUtilities;

namespace ReelBallers.LocalCloud.OpenId;

/// <summary>The parameters of a request to the authorization endpoint.</summary>
internal sealed record AuthorizationRequest(
    string ClientId, string RedirectUri, string ResponseType, string Scope, string State, string Nonce, string Challenge,
    string ChallengeMethod)
{
    /// <summary>The parameters as they were sent.</summary>
    public IEnumerable<(string Name, string Value)> Fields =>
    [
        ("client_id", ClientId), ("redirect_uri", RedirectUri), ("response_type", ResponseType), ("scope", Scope), ("state", State),
        ("nonce", Nonce), ("code_challenge", Challenge), ("code_challenge_method", ChallengeMethod),
    ];

    /// <summary>Reads the query or the form.</summary>
    public static AuthorizationRequest Read(Func<string, string?> value) => new(
        value("client_id") ?? "", value("redirect_uri") ?? "", value("response_type") ?? "", value("scope") ?? "", value("state") ?? "",
        value("nonce") ?? "", value("code_challenge") ?? "", value("code_challenge_method") ?? "");

    /// <summary>Why nobody can be sent back to the client; null when it is possible. Every redirect URI counts as registered.</summary>
    public string? Refusal() => ClientId != OpenIdCloud.ClientId ? $"The client '{ClientId}' is unknown."
        : !Uri.TryCreate(RedirectUri, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Fragment.Length > 0
            ? "The redirect_uri is not an absolute URL."
        : null;

    /// <summary>The error that the client is told; null for none.</summary>
    public string? Error() => ResponseType != "code" ? "unsupported_response_type"
        : !Scope.Split(' ').Contains("openid") ? "invalid_scope"
        : ChallengeMethod != "S256" || Challenge.Length != 43 ? "invalid_request"
        : null;

    /// <summary>The redirect URI with an answer.</summary>
    public string Answer(string issuer, string name, string value) => QueryHelpers.AddQueryString(
        RedirectUri,
        new Dictionary<string, string?> { [name] = value, ["state"] = State.Length == 0 ? null : State, ["iss"] = issuer });
}
