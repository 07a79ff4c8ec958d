namespace ReelBallers.Payments;

/// <summary>The result of applying a payment's refunds and disputes.</summary>
internal enum ReversalOutcome
{
    /// <summary>Stripe does not know the payment.</summary>
    PaymentUnknown,

    /// <summary>The payment paid none of our checkouts.</summary>
    NotOurs,

    /// <summary>Ours, but never credited: there is nothing to reverse.</summary>
    NotCredited,

    /// <summary>Nothing has changed.</summary>
    AlreadyReversed,

    /// <summary>There were changes, and the wallet has applied them.</summary>
    Reversed,
}
