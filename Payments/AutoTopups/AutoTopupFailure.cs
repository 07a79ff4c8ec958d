using Stripe;

namespace ReelBallers.Payments;

/// <summary>What follows from a failed payment.</summary>
internal enum AutoTopupConsequence
{
    /// <summary>It may succeed later: it is tried once more, and a second failure in a row stops the rule.</summary>
    TryLater,

    /// <summary>The same card will not work: the rule stops at once.</summary>
    Stop,

    /// <summary>The user must confirm a payment: the rule waits for a checkout.</summary>
    Authenticate,
}

/// <summary>
/// A failed payment by a saved card. What follows from a decline code is what Stripe's documentation says
/// (https://docs.stripe.com/declines/codes): whether to try again, to use another card, or to have the payer confirm.
/// </summary>
/// <param name="Code">Stripe's code.</param>
/// <param name="Reason">For the user: one of <see cref="AutoTopupReasons"/>.</param>
/// <param name="Consequence">What follows.</param>
/// <param name="PaymentIntentId">Stripe's payment, if one was made.</param>
internal sealed record AutoTopupFailure(string Code, string Reason, AutoTopupConsequence Consequence, string? PaymentIntentId)
{
    /// <summary>No payment was made in time.</summary>
    public static readonly AutoTopupFailure NotMade = new(
        "not_made", AutoTopupReasons.ProcessingError, AutoTopupConsequence.TryLater, null);

    /// <summary>Of an error that Stripe answers with.</summary>
    public static AutoTopupFailure Of(StripeError error) => error switch
    {
        { Type: "card_error" } => OfDecline(error.Code, error.DeclineCode, error.AdviceCode, error.PaymentIntent?.Id),
        // The card or the customer is gone, or of another account.
        { Code: "resource_missing" } or { Param: "payment_method" or "customer" } => new(
            error.Code ?? "payment_method", AutoTopupReasons.CardRequired, AutoTopupConsequence.Stop, error.PaymentIntent?.Id),
        _ => new(
            error.Code ?? error.Type ?? "unknown", AutoTopupReasons.ProcessingError, AutoTopupConsequence.TryLater,
            error.PaymentIntent?.Id),
    };

    /// <summary>Of a payment that failed.</summary>
    public static AutoTopupFailure Of(PaymentFacts payment) => payment.Error is { } error
        ? OfDecline(error.Code, error.DeclineCode, error.AdviceCode, payment.PaymentIntentId)
        : OfDecline(payment.NeedsPayer ? "authentication_required" : "canceled", null, null, payment.PaymentIntentId);

    private static AutoTopupFailure OfDecline(string? code, string? declineCode, string? advice, string? paymentIntentId)
    {
        var specific = (code, declineCode) switch
        {
            ("card_declined", { Length: > 0 } decline) => decline,
            ({ Length: > 0 } known, _) => known,
            _ => declineCode ?? "unknown",
        };
        var (reason, consequence) = advice == "do_not_try_again" && specific != "authentication_required"
            ? (AutoTopupReasons.CardDeclined, AutoTopupConsequence.Stop)
            : Meaning(specific);
        return new(specific, reason, consequence, paymentIntentId);
    }

    private static (string Reason, AutoTopupConsequence Consequence) Meaning(string code) => code switch
    {
        "authentication_required" or "authentication_not_handled" or "offline_pin_required" or "online_or_offline_pin_required"
            or "payment_intent_authentication_failure" => (AutoTopupReasons.AuthenticationRequired, AutoTopupConsequence.Authenticate),
        "insufficient_funds" or "withdrawal_count_limit_exceeded" or "card_velocity_exceeded" =>
            (AutoTopupReasons.InsufficientFunds, AutoTopupConsequence.TryLater),
        "processing_error" or "issuer_not_available" or "reenter_transaction" or "try_again_later" or "approve_with_id" or "canceled"
            or "duplicate_transaction" => (AutoTopupReasons.ProcessingError, AutoTopupConsequence.TryLater),
        "expired_card" or "incorrect_number" or "invalid_number" or "incorrect_cvc" or "invalid_cvc" or "invalid_expiry_month"
            or "invalid_expiry_year" or "incorrect_zip" or "incorrect_address" or "incorrect_pin" or "invalid_pin" or "pin_try_exceeded"
            or "invalid_account" or "card_not_supported" or "currency_not_supported" or "invalid_amount"
            or "new_account_information_available" or "testmode_decline" =>
            (AutoTopupReasons.CardUnusable, AutoTopupConsequence.Stop),
        "lost_card" or "stolen_card" or "pickup_card" or "fraudulent" or "merchant_blacklist" or "restricted_card" or "security_violation"
            or "stop_payment_order" or "revocation_of_authorization" or "revocation_of_all_authorizations" or "service_not_allowed"
            or "transaction_not_allowed" or "not_permitted" or "do_not_try_again" =>
            (AutoTopupReasons.CardDeclined, AutoTopupConsequence.Stop),
        // call_issuer, do_not_honor, generic_decline, no_action_taken and what is new.
        _ => (AutoTopupReasons.CardDeclined, AutoTopupConsequence.TryLater),
    };
}
