namespace ReelBallers.Payments;

/// <summary>What came of looking at a payment's refunds and disputes.</summary>
internal enum ReversalOutcome
{
    /// <summary>Stripe does not know the payment.</summary>
    PaymentUnknown,

    /// <summary>No checkout of ours was paid by the payment.</summary>
    NotOurs,

    /// <summary>It is ours, and its credits never came: there is nothing to take back.</summary>
    NotCredited,

    /// <summary>Nothing new.</summary>
    AlreadyReversed,

    /// <summary>There was news, and the wallet has followed it.</summary>
    Reversed,
}
