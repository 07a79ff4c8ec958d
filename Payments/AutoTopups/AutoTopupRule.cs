namespace ReelBallers.Payments;

/// <summary>How a user's automatic top-ups stand. The numbers are stored in the database.</summary>
internal enum AutoTopupState : short
{
    /// <summary>A low balance is topped up.</summary>
    Active = 1,

    /// <summary>The bank wants the user to confirm a payment on a checkout page; nothing is charged until it is paid.</summary>
    ActionRequired = 2,

    /// <summary>Nothing is charged until the user turns it on again.</summary>
    Stopped = 3,

    /// <summary>The user has turned it off.</summary>
    Off = 4,
}

/// <summary>A user's wish that credits are bought when few are left, and how it stands.</summary>
internal sealed class AutoTopupRule
{
    public Guid UserId { get; init; }

    public AutoTopupState State { get; init; }

    /// <summary>Below this balance a pack is bought.</summary>
    public long ThresholdCents { get; init; }

    public required string PackId { get; init; }

    /// <summary>The pack's price when the user agreed to it: a higher one is never charged.</summary>
    public long AgreedPriceCents { get; init; }

    /// <summary>At most so much is charged in a calendar month (UTC).</summary>
    public long MonthlyCapCents { get; init; }

    /// <summary>Counts the user's changes: what was decided for an older version does not change a newer one.</summary>
    public int Version { get; init; }

    /// <summary>Failed payments since the last success.</summary>
    public int Failures { get; init; }

    /// <summary>Why it is not charging: one of <see cref="AutoTopupReasons"/>; null when nothing is in the way.</summary>
    public string? Reason { get; init; }

    /// <summary>Nothing is charged before.</summary>
    public DateTimeOffset? CoolOffUntil { get; init; }

    /// <summary>The checkout on which the user is to confirm a payment.</summary>
    public Guid? ActionCheckoutId { get; init; }

    /// <summary>When the balance is read again, unless the wallet reports a change before.</summary>
    public DateTimeOffset NextCheckAt { get; init; }

    /// <summary>Who is reading it now; null: no replica.</summary>
    public Guid? LeaseId { get; init; }

    public DateTimeOffset? LeasedUntil { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Why automatic top-ups are not charging. Stable.</summary>
internal static class AutoTopupReasons
{
    /// <summary>There is no saved card, or Stripe does not accept it any more.</summary>
    public const string CardRequired = "card_required";

    /// <summary>The bank declined the card; the user is told no more, as Stripe asks for.</summary>
    public const string CardDeclined = "card_declined";

    /// <summary>The card has expired or its data is wrong.</summary>
    public const string CardUnusable = "card_unusable";

    /// <summary>The card lacks funds, or its limit is reached.</summary>
    public const string InsufficientFunds = "insufficient_funds";

    /// <summary>The payment could not be processed, for no fault of the card.</summary>
    public const string ProcessingError = "processing_error";

    /// <summary>The bank wants the user to confirm.</summary>
    public const string AuthenticationRequired = "authentication_required";

    /// <summary>The next pack would exceed the cap of this month.</summary>
    public const string MonthlyCap = "monthly_cap_reached";

    /// <summary>A limit for top-ups is reached.</summary>
    public const string Limited = "topup_limited";

    /// <summary>Top-ups of the account are blocked.</summary>
    public const string Blocked = "topup_blocked";

    /// <summary>The pack is not sold any more.</summary>
    public const string PackUnavailable = "pack_unavailable";

    /// <summary>The pack costs more than the user agreed to.</summary>
    public const string PriceChanged = "price_changed";

    /// <summary>A payment was refunded or disputed.</summary>
    public const string PaymentReversed = "payment_reversed";
}
