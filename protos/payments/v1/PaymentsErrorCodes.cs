namespace ReelBallers.Payments.V1;

/// <summary>
/// The error codes of PaymentsService, as in the trailer <c>error-code</c>; payments.proto documents when each is
/// returned.
/// </summary>
public static class PaymentsErrorCodes
{
    public const string InvalidArgument = "invalid_argument";
    public const string CheckoutNotFound = "checkout_not_found";
    public const string PaymentNotFound = "payment_not_found";
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    public const string RefundExceedsPayment = "refund_exceeds_payment";
    public const string CreditsSpent = "credits_spent";
    public const string StripeRefused = "stripe_refused";
    public const string StripeUnavailable = "stripe_unavailable";
    public const string WalletUnavailable = "wallet_unavailable";
    public const string EventNotFound = "event_not_found";
    public const string EventNotDead = "event_not_dead";
    public const string ReconciliationRunning = "reconciliation_running";
}
