namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Why a bank declined.</summary>
internal sealed record Decline(string Code, string? DeclineCode, string Message)
{
    public static readonly Decline Generic = Of("generic_decline");

    public static readonly Decline AuthenticationFailed = new(
        "payment_intent_authentication_failure",
        null,
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.");

    public static readonly Decline AuthenticationRequired = new(
        "authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication.");

    public static Decline Of(string declineCode) => new("card_declined", declineCode, declineCode switch
    {
        "insufficient_funds" => "Your card has insufficient funds.",
        "test_mode_live_card" => "Your card was declined. Your request was in test mode, but used a non test card. Use one of "
            + "the test cards.",
        _ => "Your card was declined.",
    });
}
