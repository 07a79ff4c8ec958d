namespace Stripe;

/// <summary>What this version of the library is made for.</summary>
public static class StripeConfiguration
{
    /// <summary>The API version that every request asks for.</summary>
    public static string ApiVersion => "2026-07-29.dahlia";

    public static string StripeNetVersion => "52.2.0";
}
