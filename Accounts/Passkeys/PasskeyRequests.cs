using System.Buffers;
using System.Buffers.Text;

namespace ReelBallers.Accounts;

/// <summary>A new passkey, as a browser presents it.</summary>
/// <param name="CredentialId">The authenticator's name for it.</param>
/// <param name="ClientDataJson">What the browser says.</param>
/// <param name="AttestationObject">What the authenticator says.</param>
internal sealed record PasskeyAttestation(byte[] CredentialId, byte[] ClientDataJson, byte[] AttestationObject);

/// <summary>A signature of a passkey, as a browser presents it.</summary>
/// <param name="CredentialId">The authenticator's name for the passkey.</param>
/// <param name="ClientDataJson">What the browser says.</param>
/// <param name="AuthenticatorData">What the authenticator says.</param>
/// <param name="Signature">Over both.</param>
/// <param name="UserHandle">Whose passkey it is, as the authenticator was told when it was made.</param>
internal sealed record PasskeyAssertion(
    byte[] CredentialId, byte[] ClientDataJson, byte[] AuthenticatorData, byte[] Signature, byte[] UserHandle);

/// <summary>Reads the bodies of requests. Everything is bounded before it is decoded.</summary>
internal static class PasskeyRequests
{
    /// <summary>What is wrong with a name that is none.</summary>
    public static readonly string NameProblem = $"must have 1 to {Passkey.MaxNameLength} characters in one line";

    private const string DefaultName = "Passkey";
    private const string CredentialType = "public-key";
    private const int MaxClientDataBytes = 2048;
    private const int MaxAttestationBytes = 8192;
    private const int MaxAuthenticatorDataBytes = 2048;
    private const int MaxSignatureBytes = 1024;
    private const int MaxUserHandleBytes = 64;

    // Not the decoder's: it skips white space and accepts padding.
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>A new passkey, or what is wrong with it.</summary>
    public static (PasskeyAttestation? Attestation, IReadOnlyList<(string Field, string Message)> Errors) Read(AttestationBody? body)
    {
        var errors = new List<(string, string)>();
        CheckType(body?.Type, errors);
        var id = Decode(body?.Id, "credential.id", Passkey.MaxCredentialIdBytes, errors);
        var clientData = Decode(body?.Response?.ClientDataJson, "credential.response.clientDataJSON", MaxClientDataBytes, errors);
        var attestation = Decode(
            body?.Response?.AttestationObject, "credential.response.attestationObject", MaxAttestationBytes, errors);
        return (errors.Count > 0 ? null : new PasskeyAttestation(id, clientData, attestation), errors);
    }

    /// <summary>A signature, or what is wrong with it.</summary>
    public static (PasskeyAssertion? Assertion, IReadOnlyList<(string Field, string Message)> Errors) Read(AssertionBody? body)
    {
        var errors = new List<(string, string)>();
        CheckType(body?.Type, errors);
        var response = body?.Response;
        var assertion = new PasskeyAssertion(
            Decode(body?.Id, "credential.id", Passkey.MaxCredentialIdBytes, errors),
            Decode(response?.ClientDataJson, "credential.response.clientDataJSON", MaxClientDataBytes, errors),
            Decode(response?.AuthenticatorData, "credential.response.authenticatorData", MaxAuthenticatorDataBytes, errors),
            Decode(response?.Signature, "credential.response.signature", MaxSignatureBytes, errors),
            // Without one the key is not a passkey, which names its owner itself.
            Decode(response?.UserHandle, "credential.response.userHandle", MaxUserHandleBytes, errors));
        return (errors.Count > 0 ? null : assertion, errors);
    }

    /// <summary>A name without surrounding white space; null when the text is none.</summary>
    public static string? Name(string? text) => text is null
        ? DefaultName
        : text.Trim() is { Length: > 0 and <= Passkey.MaxNameLength } name && !name.Any(char.IsControl) ? name : null;

    private static void CheckType(string? type, List<(string, string)> errors)
    {
        if (type != CredentialType)
        {
            errors.Add(("credential.type", $"must be \"{CredentialType}\""));
        }
    }

    private static byte[] Decode(string? text, string field, int maxBytes, List<(string, string)> errors)
    {
        // A text of a length that no encoding has is rejected by the decoder.
        if (text is { Length: > 0 } && text.Length <= Base64Url.GetEncodedLength(maxBytes) && !text.AsSpan().ContainsAnyExcept(Alphabet)
            && Base64Url.IsValid(text))
        {
            return Base64Url.DecodeFromChars(text);
        }
        errors.Add((field, $"must be base64url of 1 to {maxBytes} bytes"));
        return [];
    }
}
