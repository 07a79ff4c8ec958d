using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReelBallers.TestKit;

/// <summary>
/// A browser with an authenticator that keeps one passkey (ES256), written by the specification of WebAuthn. A test changes what it says
/// to make it one of an attacker.
/// </summary>
public sealed class TestAuthenticator(string origin) : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HasCredential = 0x40;
    private const byte HasExtensions = 0x80;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Of the page.</summary>
    public string Origin { get; set; } = origin;

    /// <summary>In place of that of the options.</summary>
    public string? RpId { get; set; }

    /// <summary>In place of <c>webauthn.create</c> or <c>webauthn.get</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Whether the page is in a frame of another site.</summary>
    public bool IsFramed { get; set; }

    /// <summary>Whether the user has touched it.</summary>
    public bool IsPresent { get; set; } = true;

    /// <summary>Whether it has verified the user.</summary>
    public bool IsVerified { get; set; } = true;

    /// <summary>What it counts up to with the next signature; 0: it does not count.</summary>
    public uint SignCount { get; set; }

    /// <summary>Its name for the passkey.</summary>
    public byte[] CredentialId { get; set; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>What it was told about the owner.</summary>
    public byte[] UserHandle { get; set; } = [];

    /// <summary>The algorithm that the key claims to be for; ES256.</summary>
    public int Algorithm { get; set; } = -7;

    /// <summary>CBOR of extensions; null: none.</summary>
    public byte[]? Extensions { get; set; }

    /// <summary>The format of the attestation, and CBOR of its statement.</summary>
    public (string Format, byte[] Statement) Attestation { get; set; } = ("none", [0xa0]);

    /// <summary>Makes the passkey: the browser's <c>RegistrationResponseJSON</c>.</summary>
    public JsonObject Create(JsonElement options)
    {
        UserHandle = Base64Url.DecodeFromChars(options.GetProperty("user").GetProperty("id").GetString());
        var data = Data(options.GetProperty("rp").GetProperty("id").GetString()!, withCredential: true);
        var writer = new CborWriter();
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString(Attestation.Format);
        writer.WriteTextString("attStmt");
        writer.WriteEncodedValue(Attestation.Statement);
        writer.WriteTextString("authData");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Encode(ClientData("webauthn.create", options)),
            ["attestationObject"] = Encode(writer.Encode()),
            ["transports"] = new JsonArray("internal", "hybrid"),
            ["publicKeyAlgorithm"] = Algorithm,
        });
    }

    /// <summary>Signs: the browser's <c>AuthenticationResponseJSON</c>.</summary>
    public JsonObject Sign(JsonElement options)
    {
        if (SignCount > 0)
        {
            SignCount++;
        }
        var data = Data(options.GetProperty("rpId").GetString()!, withCredential: false);
        var clientData = ClientData("webauthn.get", options);
        var signature = _key.SignData(
            [.. data, .. SHA256.HashData(clientData)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Encode(clientData),
            ["authenticatorData"] = Encode(data),
            ["signature"] = Encode(signature),
            ["userHandle"] = Encode(UserHandle),
        });
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private JsonObject Credential(JsonObject response) => new()
    {
        ["id"] = Encode(CredentialId),
        ["rawId"] = Encode(CredentialId),
        ["type"] = "public-key",
        ["authenticatorAttachment"] = "platform",
        ["clientExtensionResults"] = new JsonObject { ["credProps"] = new JsonObject { ["rk"] = true } },
        ["response"] = response,
    };

    private byte[] ClientData(string type, JsonElement options) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = Type ?? type,
        ["challenge"] = options.GetProperty("challenge").GetString(),
        ["origin"] = Origin,
        ["crossOrigin"] = IsFramed,
    }.ToJsonString());

    private byte[] Data(string rpId, bool withCredential)
    {
        var flags = (IsPresent ? UserPresent : 0) | (IsVerified ? UserVerified : 0) | (withCredential ? HasCredential : 0)
            | (Extensions is null ? 0 : HasExtensions);
        var count = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(count, SignCount);
        return
        [
            .. SHA256.HashData(Encoding.UTF8.GetBytes(RpId ?? rpId)), (byte)flags, .. count,
            .. withCredential ? CredentialData() : [], .. Extensions ?? [],
        ];
    }

    private byte[] CredentialData()
    {
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)CredentialId.Length);
        return [.. new byte[16], .. length, .. CredentialId, .. PublicKey()];
    }

    // COSE: the type of the key EC2, the algorithm, the curve P-256, and the point.
    private byte[] PublicKey()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var writer = new CborWriter();
        writer.WriteStartMap(5);
        foreach (var (label, value) in new[] { (1, 2), (3, Algorithm), (-1, 1) })
        {
            writer.WriteInt32(label);
            writer.WriteInt32(value);
        }
        foreach (var (label, value) in new[] { (-2, point.X!), (-3, point.Y!) })
        {
            writer.WriteInt32(label);
            writer.WriteByteString(value);
        }
        writer.WriteEndMap();
        return writer.Encode();
    }
}
