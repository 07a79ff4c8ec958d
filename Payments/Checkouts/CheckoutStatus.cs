namespace ReelBallers.Payments;

/// <summary>Where a checkout stands. The numbers are those of the database.</summary>
internal enum CheckoutStatus : short
{
    /// <summary>Not paid yet, or paid and not yet confirmed by the bank.</summary>
    Open = 1,

    /// <summary>Paid, and its credits are in the wallet.</summary>
    Paid = 2,

    Expired = 3,

    /// <summary>The bank refused it after all.</summary>
    Failed = 4,

    Refunded = 5,

    Disputed = 6,
}
