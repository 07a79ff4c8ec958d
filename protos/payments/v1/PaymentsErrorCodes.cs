namespace ReelBallers.Payments.V1;

/// <summary>
/// The error codes of PaymentsService, as in the trailer <c>error-code</c>; payments.proto documents when each is
/// returned.
/// </summary>
public static class PaymentsErrorCodes
{
    /// <summary>A field is missing, malformed or out of range.</summary>
    public const string InvalidArgument = "invalid_argument";
    /// <summary>The user has no such checkout.</summary>
    public const string CheckoutNotFound = "checkout_not_found";
    /// <summary>No such payment is known.</summary>
    public const string PaymentNotFound = "payment_not_found";
    /// <summary>The key was used for a different request.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    /// <summary>More than what is left of the payment.</summary>
    public const string RefundExceedsPayment = "refund_exceeds_payment";
    /// <summary>Credits of the payment have been spent, and the refund may not leave a debt.</summary>
    public const string CreditsSpent = "credits_spent";
    /// <summary>Stripe rejected the call.</summary>
    public const string StripeRejected = "stripe_rejected";
    /// <summary>Stripe did not answer; the call can be repeated.</summary>
    public const string StripeUnavailable = "stripe_unavailable";
    /// <summary>The wallet did not answer; the call can be repeated.</summary>
    public const string WalletUnavailable = "wallet_unavailable";
    /// <summary>Storage did not answer; the call can be repeated.</summary>
    public const string StorageUnavailable = "storage_unavailable";
    /// <summary>The database did not answer; the call can be repeated.</summary>
    public const string DatabaseUnavailable = "database_unavailable";
    /// <summary>The service is stopping; the call can be repeated.</summary>
    public const string ShuttingDown = "shutting_down";
    /// <summary>No such event is stored.</summary>
    public const string EventNotFound = "event_not_found";
    /// <summary>The event is not dead, so it cannot be replayed.</summary>
    public const string EventNotDead = "event_not_dead";
    /// <summary>The event's content is deleted, so it cannot be replayed.</summary>
    public const string EventEmptied = "event_emptied";
    /// <summary>No such item is parked.</summary>
    public const string ParkedItemNotFound = "parked_item_not_found";
    /// <summary>No payment of ours has this dispute.</summary>
    public const string DisputeNotFound = "dispute_not_found";
    /// <summary>Another run has not ended.</summary>
    public const string ReconciliationRunning = "reconciliation_running";
    /// <summary>There is no such grant.</summary>
    public const string GrantNotFound = "grant_not_found";
    /// <summary>The grant is no task of an operator's.</summary>
    public const string GrantNotManual = "grant_not_manual";
    /// <summary>The grant is tried already, or has ended.</summary>
    public const string GrantNotDead = "grant_not_dead";
}
