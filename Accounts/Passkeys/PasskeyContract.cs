using System.Text.Json.Serialization;

namespace ReelBallers.Accounts;

/// <summary>A passkey in the API.</summary>
/// <param name="Id">In the paths.</param>
/// <param name="Name">What the user calls it.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="LastUsedAt">When it signed in last; null before.</param>
internal sealed record PasskeyResponse(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>Response of <c>GET /api/account/passkeys</c>.</summary>
internal sealed record PasskeysResponse(IReadOnlyList<PasskeyResponse> Passkeys);

/// <summary>Response of <c>POST /api/account/passkeys/options</c>.</summary>
/// <param name="ExpiresAt">When the challenge ends.</param>
/// <param name="PublicKey">For <c>PublicKeyCredential.parseCreationOptionsFromJSON</c>.</param>
internal sealed record PasskeyCreationResponse(DateTimeOffset ExpiresAt, CreationOptions PublicKey);

/// <summary>Response of <c>POST /api/auth/passkey/options</c>.</summary>
/// <param name="ExpiresAt">When the challenge ends.</param>
/// <param name="PublicKey">For <c>PublicKeyCredential.parseRequestOptionsFromJSON</c>.</param>
internal sealed record PasskeyRequestResponse(DateTimeOffset ExpiresAt, RequestOptions PublicKey);

/// <summary>Body of <c>POST /api/account/passkeys</c>.</summary>
/// <param name="Credential">As <c>toJSON()</c> of the browser's credential writes it; other members of it are ignored.</param>
/// <param name="Name">What the user calls it; null for a name of ours.</param>
internal sealed record PasskeyBody(AttestationBody? Credential = null, string? Name = null);

/// <summary>Body of <c>POST /api/auth/passkey</c>.</summary>
/// <param name="Credential">As <c>toJSON()</c> of the browser's credential writes it; other members of it are ignored.</param>
internal sealed record PasskeySignInBody(AssertionBody? Credential = null);

/// <summary>WebAuthn's <c>RegistrationResponseJSON</c>.</summary>
internal sealed record AttestationBody(string? Id = null, string? Type = null, AttestationResponseBody? Response = null);

/// <summary>WebAuthn's <c>AuthenticatorAttestationResponseJSON</c>.</summary>
internal sealed record AttestationResponseBody(
    [property: JsonPropertyName("clientDataJSON")] string? ClientDataJson = null,
    [property: JsonPropertyName("attestationObject")] string? AttestationObject = null);

/// <summary>WebAuthn's <c>AuthenticationResponseJSON</c>.</summary>
internal sealed record AssertionBody(string? Id = null, string? Type = null, AssertionResponseBody? Response = null);

/// <summary>WebAuthn's <c>AuthenticatorAssertionResponseJSON</c>.</summary>
internal sealed record AssertionResponseBody(
    [property: JsonPropertyName("clientDataJSON")] string? ClientDataJson = null,
    [property: JsonPropertyName("authenticatorData")] string? AuthenticatorData = null,
    string? Signature = null,
    [property: JsonPropertyName("userHandle")] string? UserHandle = null);

/// <summary>Response of <c>POST /api/auth/passkey</c>, to which the Gateway adds the session's token.</summary>
internal sealed record PasskeySignedInResponse(Guid Uid);
