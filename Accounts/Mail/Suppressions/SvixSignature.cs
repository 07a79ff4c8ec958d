using System.Globalization;
using System.Security.Cryptography;

namespace ReelBallers.Accounts;

/// <summary>
/// The signature of a webhook as Svix makes it, which is that of Standard Webhooks
/// (https://docs.svix.com/receiving/verifying-payloads/how-manual): the HMAC-SHA256 of id, time and body. There may be several, of
/// which one must match: while a secret is rotated, the old and the new one sign.
/// </summary>
/// <param name="Id">The header <c>svix-id</c>.</param>
/// <param name="Timestamp">The header <c>svix-timestamp</c>: seconds since 1970.</param>
/// <param name="Signatures">The header <c>svix-signature</c>: <c>v1,</c> and base64, separated by spaces.</param>
internal readonly record struct SvixSignature(string Id, string Timestamp, string Signatures)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The signature of a request; empty where a header is missing.</summary>
    public static SvixSignature Of(IHeaderDictionary headers) =>
        new(headers["svix-id"].ToString(), headers["svix-timestamp"].ToString(), headers["svix-signature"].ToString());

    /// <summary>What is wrong; null when the body was signed with this secret a moment ago.</summary>
    public string? ProblemOf(ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        if (secret.Length == 0)
        {
            return "no secret is set";
        }
        if (Id.Length == 0 || Signatures.Length == 0
            || !long.TryParse(Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return "a header is missing or malformed";
        }
        if (Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)Tolerance.TotalSeconds)
        {
            return "the timestamp is too old or too new";
        }
        return IsSigned(body, Convert.FromBase64String(secret[WebhookSignature.SecretPrefix.Length..])) ? null : "no signature matches";
    }

    private bool IsSigned(ReadOnlySpan<byte> body, byte[] key)
    {
        var expected = WebhookSignature.Compute(key, Id, Timestamp, body);
        var found = new byte[HMACSHA256.HashSizeInBytes];
        foreach (var signature in Signatures.Split(' '))
        {
            if (signature.StartsWith(WebhookSignature.Version, StringComparison.Ordinal)
                && Convert.TryFromBase64String(signature[WebhookSignature.Version.Length..], found, out var length)
                && length == found.Length
                && CryptographicOperations.FixedTimeEquals(found, expected))
            {
                return true;
            }
        }
        return false;
    }
}
