using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Stripe's <c>Stripe-Signature</c> header.</summary>
internal static class WebhookSignature
{
    public const string Secret = "whsec_local";

    public static string Header(string secret, long timestamp, string body)
    {
        var time = timestamp.ToString(CultureInfo.InvariantCulture);
        // v0 is the scheme that test mode adds and that must not be accepted: here it is signed with another key.
        return $"t={time},v1={Sign(secret, time, body)},v0={Sign("v0", time, body)}";
    }

    private static string Sign(string secret, string time, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}")));
}
