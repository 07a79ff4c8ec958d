using System.Text.Json.Serialization;

namespace ReelBallers.Accounts;

/// <summary>WebAuthn's <c>PublicKeyCredentialCreationOptionsJSON</c>: what the browser is asked to make.</summary>
internal sealed record CreationOptions(
    RelyingPartyEntity Rp,
    UserEntity User,
    string Challenge,
    [property: JsonPropertyName("pubKeyCredParams")] IReadOnlyList<KeyParameters> PubKeyCredParams,
    int Timeout,
    [property: JsonPropertyName("excludeCredentials")] IReadOnlyList<CredentialDescriptor> ExcludeCredentials,
    [property: JsonPropertyName("authenticatorSelection")] AuthenticatorRequirements AuthenticatorSelection,
    string Attestation);

/// <summary>WebAuthn's <c>PublicKeyCredentialRequestOptionsJSON</c>: what a passkey is asked to sign.</summary>
internal sealed record RequestOptions(
    string Challenge,
    int Timeout,
    [property: JsonPropertyName("rpId")] string RpId,
    [property: JsonPropertyName("allowCredentials")] IReadOnlyList<CredentialDescriptor> AllowCredentials,
    [property: JsonPropertyName("userVerification")] string UserVerification);

/// <summary>Who asks.</summary>
internal sealed record RelyingPartyEntity(string Id, string Name);

/// <summary>Whose passkey it is to be.</summary>
internal sealed record UserEntity(string Id, string Name, [property: JsonPropertyName("displayName")] string DisplayName);

/// <summary>A kind of key that is accepted.</summary>
internal sealed record KeyParameters(string Type, int Alg);

/// <summary>A passkey that is there.</summary>
internal sealed record CredentialDescriptor(string Type, string Id);

/// <summary>What an authenticator has to be able to do.</summary>
internal sealed record AuthenticatorRequirements(
    [property: JsonPropertyName("residentKey")] string ResidentKey,
    [property: JsonPropertyName("requireResidentKey")] bool RequireResidentKey,
    [property: JsonPropertyName("userVerification")] string UserVerification);
