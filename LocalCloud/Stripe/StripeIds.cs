using System.Security.Cryptography;

namespace ReelBallers.LocalCloud.Stripe;

internal static class StripeIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new id, as long as Stripe's of that prefix.</summary>
    public static string New(string prefix) => $"{prefix}_{Random(prefix == "cs_test" ? 58 : prefix is "cus" or "req" ? 14 : 24)}";

    public static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);
}
