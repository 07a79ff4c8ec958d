using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ReelBallers.Accounts;

/// <summary>
/// The signing secrets of endpoints, each an HMAC of an id. The database has only the id, and every replica makes them again.
/// </summary>
internal sealed class WebhookSecrets(IOptions<WebhookOptions> options)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.SecretKey);

    /// <summary>The secret's bytes, which sign.</summary>
    public byte[] KeyOf(Guid secretId) =>
        HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"reelballers webhook secret 1\n{secretId}"));

    /// <summary>The secret as the other system is given it.</summary>
    public string TextOf(Guid secretId) => WebhookSignature.SecretPrefix + Convert.ToBase64String(KeyOf(secretId));
}
