using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What an unsubscribe link switches off.</summary>
/// <param name="UserId">The user of the account that got the mail.</param>
/// <param name="Kind">The kind of the mail.</param>
internal readonly record struct Unsubscription(Guid UserId, MailKind Kind);

/// <summary>
/// The tokens of unsubscribe links: base64url of user, kind and an HMAC of both. They do not expire; what they allow is to switch one kind
/// of mails off.
/// </summary>
internal sealed class UnsubscribeTokens(IOptions<SignInOptions> options)
{
    private const int IdBytes = 16;

    // With the last byte free, the token is a multiple of 3 bytes: base64url has no unused bits and a token only one encoding.
    private const int MessageBytes = IdBytes + 3;
    private const int TokenBytes = MessageBytes + HMACSHA256.HashSizeInBytes;

    // Part of everything that is computed with the key, so that its use elsewhere cannot produce a token.
    private static readonly byte[] Purpose = "reelballers unsubscribe 1\n"u8.ToArray();

    // The first one signs.
    private readonly byte[][] _keys =
        [.. SigningKeys.All(options.Value.LinkKey, options.Value.PreviousLinkKeys).Select(Encoding.UTF8.GetBytes)];

    /// <summary>The token for a mail.</summary>
    public string Create(Unsubscription what)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        token.Clear();
        what.UserId.TryWriteBytes(token, bigEndian: true, out _);
        BinaryPrimitives.WriteInt16BigEndian(token[IdBytes..], (short)what.Kind);
        Sign(_keys[0], token[..MessageBytes], token[MessageBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>What a token switches off; null when it was not made here.</summary>
    public Unsubscription? Read(string token)
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        if (!FixedBase64Url.TryDecode(token, bytes))
        {
            return null;
        }
        var kind = (MailKind)BinaryPrimitives.ReadInt16BigEndian(bytes[IdBytes..]);
        return IsSigned(bytes) && Enum.IsDefined(kind) && !kind.IsRequired()
            ? new Unsubscription(new Guid(bytes[..IdBytes], bigEndian: true), kind)
            : null;
    }

    private bool IsSigned(ReadOnlySpan<byte> token)
    {
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var key in _keys)
        {
            Sign(key, token[..MessageBytes], signature);
            if (CryptographicOperations.FixedTimeEquals(signature, token[MessageBytes..]))
            {
                return true;
            }
        }
        return false;
    }

    private static void Sign(byte[] key, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Span<byte> signed = stackalloc byte[Purpose.Length + MessageBytes];
        Purpose.CopyTo(signed);
        message.CopyTo(signed[Purpose.Length..]);
        HMACSHA256.HashData(key, signed, signature);
    }
}
