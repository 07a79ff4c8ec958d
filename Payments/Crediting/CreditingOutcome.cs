namespace ReelBallers.Payments;

/// <summary>What a session's state at Stripe means for its checkout, in order of precedence.</summary>
internal enum CreditingOutcome
{
    /// <summary>Neither Stripe nor our database knows the session.</summary>
    SessionUnknown,

    /// <summary>Paid, with the metadata of our sessions, but its checkout is missing: lost, or created by another installation.</summary>
    CheckoutMissing,

    /// <summary>No checkout of ours belongs to the session or the payment.</summary>
    NotOurs,

    /// <summary>The payment belongs to a session, which decides about its checkout.</summary>
    BySession,

    /// <summary>Paid, but the session belongs to another user.</summary>
    UserMismatch,

    /// <summary>Paid, but not our price.</summary>
    AmountMismatch,

    /// <summary>Paid in another currency.</summary>
    CurrencyMismatch,

    /// <summary>Paid without a payment, or by another payment than before.</summary>
    PaymentMismatch,

    /// <summary>Credited earlier.</summary>
    AlreadyCredited,

    /// <summary>As a decision: the credits are due. As a result: they were credited.</summary>
    Credited,

    /// <summary>The wallet rejects the credit permanently.</summary>
    WalletRejected,

    /// <summary>Stripe required no payment, which we never offer.</summary>
    NothingPaid,

    /// <summary>Ended at Stripe, and our row was final already.</summary>
    AlreadyFinal,

    Expired,

    /// <summary>The bank rejected the delayed payment.</summary>
    Failed,

    /// <summary>The customer has completed the checkout; the bank's payment is pending.</summary>
    Waiting,

    /// <summary>Not paid yet.</summary>
    StillOpen,

    /// <summary>Stripe gives a status that this version does not know: nothing is changed.</summary>
    UnknownStatus,
}
