using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// The tokens of links: base64url of the link's id and an HMAC of it. The database has only their hashes: a token is made again when its
/// mail is sent, so that no table and no backup holds one.
/// </summary>
internal sealed class LinkTokens(IOptions<SignInOptions> options)
{
    /// <summary>Of a text that is looked at: longer than any token.</summary>
    public const int MaxLength = 512;

    private const int IdBytes = 16;

    // A multiple of 3, so that base64url has no unused bits and a token only one encoding.
    private const int TokenBytes = IdBytes + HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.LinkKey);

    /// <summary>The token of a link.</summary>
    public string Create(LinkPurpose purpose, Guid linkId)
    {
        var prefix = PrefixOf(purpose);
        Span<byte> token = stackalloc byte[TokenBytes];
        linkId.TryWriteBytes(token, bigEndian: true, out _);
        Span<byte> message = stackalloc byte[prefix.Length + IdBytes];
        prefix.CopyTo(message);
        token[..IdBytes].CopyTo(message[prefix.Length..]);
        HMACSHA256.HashData(_key, message, token[IdBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>What the database keeps of a token.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));

    /// <summary>The id of the link that a token claims to be of; null for a text that no token can be.</summary>
    public static Guid? LinkIdOf(string token)
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        return FixedBase64Url.TryDecode(token, bytes) ? new Guid(bytes[..IdBytes], bigEndian: true) : null;
    }

    // Part of everything that is computed with the key, so that the secret's use elsewhere cannot produce a token.
    private static ReadOnlySpan<byte> PrefixOf(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.SignIn => "reelballers sign-in link 1\n"u8,
        LinkPurpose.AddressChange => "reelballers address link 1\n"u8,
    };
}
