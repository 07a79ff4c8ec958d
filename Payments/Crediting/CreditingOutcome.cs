namespace ReelBallers.Payments;

/// <summary>What a session's state at Stripe means for its checkout, in order of precedence.</summary>
internal enum CreditingOutcome
{
    /// <summary>Stripe does not know the session, and neither do we.</summary>
    SessionUnknown,

    /// <summary>Paid, in the form of our sessions, but we do not have its checkout: lost here, or another installation's.</summary>
    CheckoutMissing,

    /// <summary>No checkout of ours belongs to the session.</summary>
    NotOurs,

    /// <summary>Paid, by another user's session.</summary>
    UserMismatch,

    /// <summary>Paid, but not the price that our row has.</summary>
    AmountMismatch,

    /// <summary>Paid in another currency.</summary>
    CurrencyMismatch,

    /// <summary>Paid by no payment, or by another one than before.</summary>
    PaymentMismatch,

    /// <summary>The credits are there already.</summary>
    AlreadyCredited,

    /// <summary>Paid: the credits are due, or, as a result, now there.</summary>
    Credited,

    /// <summary>The wallet refuses the credit for good.</summary>
    WalletRefused,

    /// <summary>Stripe asked for no payment, which we never offer.</summary>
    NothingPaid,

    /// <summary>Over at Stripe, and our row said so already.</summary>
    AlreadyFinal,

    Expired,

    /// <summary>The bank refused after all.</summary>
    Failed,

    /// <summary>The customer is through; the bank has yet to pay.</summary>
    Waiting,

    /// <summary>Nobody has paid yet.</summary>
    StillOpen,
}
