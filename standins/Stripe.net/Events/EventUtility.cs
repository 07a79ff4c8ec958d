using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Stripe;

/// <summary>Webhooks: whether they are Stripe's, and what they say. All failures are <see cref="StripeException"/>.</summary>
public static class EventUtility
{
    /// <summary>How far the signature's time may be from now, either way, in seconds.</summary>
    public const int DefaultTimeTolerance = 300;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsCompatibleApiVersion(string? eventApiVersion)
    {
        return Train(eventApiVersion) is { } train && train == Train(StripeConfiguration.ApiVersion);
    }

    public static Event ParseEvent(string json, bool throwOnApiVersionMismatch = true)
    {
        Event? stripeEvent;
        try
        {
            stripeEvent = JsonSerializer.Deserialize<Event>(json, StripeJson.Options);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new StripeException("The event is not readable JSON of Stripe's.", exception);
        }

        if (stripeEvent is null)
        {
            throw new StripeException("The event is empty.");
        }

        if (throwOnApiVersionMismatch && !IsCompatibleApiVersion(stripeEvent.ApiVersion))
        {
            throw new StripeException(
                $"Received event with API version {stripeEvent.ApiVersion}, but Stripe.net {StripeConfiguration.StripeNetVersion} expects API version {StripeConfiguration.ApiVersion}.");
        }

        return stripeEvent;
    }

    public static Event ConstructEvent(
        string json, string stripeSignatureHeader, string secret, long tolerance = DefaultTimeTolerance, bool throwOnApiVersionMismatch = true)
    {
        return ConstructEvent(json, stripeSignatureHeader, secret, tolerance, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), throwOnApiVersionMismatch);
    }

    /// <param name="json">The body exactly as it came.</param>
    /// <param name="stripeSignatureHeader">The header <c>Stripe-Signature</c>; not null.</param>
    /// <param name="secret">All of it, <c>whsec_</c> included.</param>
    /// <param name="tolerance">In seconds; 0 wants the very second.</param>
    /// <param name="utcNow">In Unix seconds.</param>
    /// <param name="throwOnApiVersionMismatch">Whether an event of another release train is refused.</param>
    public static Event ConstructEvent(
        string json, string stripeSignatureHeader, string secret, long tolerance, long utcNow, bool throwOnApiVersionMismatch = true)
    {
        var stripeEvent = ParseEvent(json, throwOnApiVersionMismatch);
        ValidateSignature(json, stripeSignatureHeader, secret, tolerance, utcNow);
        return stripeEvent;
    }

    public static void ValidateSignature(string json, string stripeSignatureHeader, string secret, long tolerance = DefaultTimeTolerance)
    {
        ValidateSignature(json, stripeSignatureHeader, secret, tolerance, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    public static void ValidateSignature(string json, string stripeSignatureHeader, string secret, long tolerance, long utcNow)
    {
        var items = stripeSignatureHeader.Split(',')
            .Select(item => item.Trim().Split('=', 2))
            .Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0], parts => parts[1]);
        if (items["t"].FirstOrDefault() is not { } timestamp
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var signedAt) || !items["v1"].Any())
        {
            throw new StripeException("The signature header format is unexpected.");
        }

        byte[] expected;
        try
        {
            expected = Encoding.ASCII.GetBytes(ComputeSignature(secret, timestamp, json));
        }
        catch (EncoderFallbackException exception)
        {
            throw new StripeException("The webhook cannot be processed because the signature cannot be safely calculated.", exception);
        }

        // Other schemes do not count: v0 comes with test events only and proves nothing.
        if (!items["v1"].Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected)))
        {
            throw new StripeException("The expected signature was not found in the Stripe-Signature header. "
                + "Make sure you're using the correct webhook secret (whsec_) and confirm the incoming request came from Stripe.");
        }

        if (Math.Abs(utcNow - signedAt) > tolerance)
        {
            throw new StripeException("The webhook cannot be processed because the current timestamp is outside of the allowed tolerance.");
        }
    }

    public static string ComputeSignature(string secret, string timestamp, string payload)
    {
        return Convert.ToHexStringLower(HMACSHA256.HashData(StrictUtf8.GetBytes(secret), StrictUtf8.GetBytes($"{timestamp}.{payload}")));
    }

    /// <summary>The header <c>Stripe-Signature</c> as Stripe would send it; for tests.</summary>
    /// <param name="payload">The body.</param>
    /// <param name="secret">All of it, <c>whsec_</c> included.</param>
    /// <param name="timestamp">In Unix seconds; null is now.</param>
    public static string GenerateSignatureHeader(string payload, string secret, long? timestamp = null)
    {
        var signedAt = (timestamp ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds()).ToString(CultureInfo.InvariantCulture);
        return $"t={signedAt},v1={ComputeSignature(secret, signedAt, payload)}";
    }

    private static string? Train(string? apiVersion)
    {
        var dot = apiVersion?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot < 0 ? null : apiVersion![(dot + 1)..];
    }
}
