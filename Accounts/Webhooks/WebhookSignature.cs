using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.Accounts;

/// <summary>The symmetric signature of Standard Webhooks 1.0 (https://www.standardwebhooks.com), which Svix uses too.</summary>
internal static class WebhookSignature
{
    /// <summary>What a secret begins with; the rest is base64.</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>What a signature begins with; the rest is base64.</summary>
    public const string Version = "v1,";

    /// <summary>The HMAC-SHA256 of id, time and body.</summary>
    /// <param name="key">The secret's bytes.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The body as it is sent.</param>
    public static byte[] Compute(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body) =>
        HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]);

    /// <summary>The header <c>webhook-signature</c>: one signature of each secret, separated by spaces.</summary>
    public static string Header(IEnumerable<byte[]> keys, string id, string timestamp, byte[] body) =>
        string.Join(' ', keys.Select(key => Version + Convert.ToBase64String(Compute(key, id, timestamp, body))));
}
