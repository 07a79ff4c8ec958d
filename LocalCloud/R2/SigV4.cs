using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.LocalCloud.R2;

/// <summary>The arithmetic of AWS Signature Version 4 for S3: pure, so that it can be held against published vectors.</summary>
internal static class SigV4
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";
    public const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The request in its canonical form; <paramref name="canonicalPath"/> is already encoded.</summary>
    public static string CanonicalRequest(
        string method,
        string canonicalPath,
        IEnumerable<KeyValuePair<string, string>> query,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        string payloadHash)
    {
        var text = new StringBuilder();
        text.Append(method).Append('\n').Append(canonicalPath).Append('\n').Append(CanonicalQuery(query)).Append('\n');
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(':').Append(CollapseSpaces(value)).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', headers.Select(header => header.Key)).Append('\n').Append(payloadHash).ToString();
    }

    /// <summary>The hex signature of a canonical request.</summary>
    public static string Signature(string secret, CredentialScope scope, string timestamp, string canonicalRequest)
    {
        var stringToSign = $"{Algorithm}\n{timestamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)))}";
        var dateKey = Hmac(Encoding.UTF8.GetBytes("AWS4" + secret), scope.Date);
        var regionKey = Hmac(dateKey, scope.Region);
        var serviceKey = Hmac(regionKey, scope.Service);
        return Hex(Hmac(Hmac(serviceKey, scope.Terminator), stringToSign));
    }

    /// <summary>Percent-encodes as S3 does: every byte but letters, digits and <c>-._~</c>, and a slash where it separates.</summary>
    public static string Encode(string value, bool keepSlash)
    {
        var text = new StringBuilder(value.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~'
                || (keepSlash && octet == '/'))
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }

    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string CanonicalQuery(IEnumerable<KeyValuePair<string, string>> query) => string.Join('&', query
        .Select(pair => (Name: Encode(pair.Key, keepSlash: false), Value: Encode(pair.Value, keepSlash: false)))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal)
        .ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    private static string CollapseSpaces(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}

/// <summary>What a signature is bound to: a day, a region, a service.</summary>
internal sealed record CredentialScope(string Date, string Region, string Service, string Terminator)
{
    public override string ToString() => $"{Date}/{Region}/{Service}/{Terminator}";
}
