namespace ReelBallers.Payments;

/// <summary>The state of a checkout. The numbers are stored in the database.</summary>
internal enum CheckoutStatus : short
{
    /// <summary>Not paid yet, or waiting for the bank's confirmation.</summary>
    Open = 1,

    /// <summary>Paid, and its credits are in the wallet.</summary>
    Paid = 2,

    Expired = 3,

    /// <summary>The bank rejected the delayed payment.</summary>
    Failed = 4,

    Refunded = 5,

    Disputed = 6,
}
