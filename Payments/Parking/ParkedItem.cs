namespace ReelBallers.Payments;

/// <summary>What a parked item is. The numbers are stored in the database.</summary>
internal enum ParkedKind : short
{
    /// <summary>A checkout session, by Stripe's id.</summary>
    Session = 1,

    /// <summary>A payment's refunds and disputes, by the id of the payment intent.</summary>
    Payment = 2,

    /// <summary>A command to the wallet, by the checkout's id and the command's number.</summary>
    WalletCommand = 3,

    /// <summary>An operator's refund, by its idempotency key.</summary>
    OperatorRefund = 4,

    /// <summary>A payment of an automatic top-up, by the id of its checkout.</summary>
    AutoTopup = 5,
}

/// <summary>
/// Something that could not be completed and was set aside with its reason, so that nothing waits for it. It is listed for an
/// operator until it is completed or dismissed.
/// </summary>
internal sealed class ParkedItem
{
    public ParkedKind Kind { get; init; }

    public required string Id { get; init; }

    /// <summary>A stable code.</summary>
    public required string Reason { get; init; }

    /// <summary>Details for an operator.</summary>
    public string? Detail { get; init; }

    /// <summary>How often it was set aside.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was first set aside for this reason.</summary>
    public DateTimeOffset ParkedAt { get; init; }

    /// <summary>When the reconciler tries it again; null: only an operator does.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When an operator dismissed it; it comes back for another reason only.</summary>
    public DateTimeOffset? DismissedAt { get; init; }
}

/// <summary>The reasons for parking that have no other source.</summary>
internal static class ParkedReasons
{
    /// <summary>Stripe does not know an object that we know: it is of another mode (live or test) or another account.</summary>
    public const string MissingAtStripe = "missing_at_stripe";

    /// <summary>Stripe gives a status that this version does not know; no money was changed for it.</summary>
    public const string UnknownStatus = "unknown_status";

    /// <summary>An amount in another currency than the checkout's; it was not netted.</summary>
    public const string ForeignCurrency = "foreign_currency";

    /// <summary>All attempts failed.</summary>
    public const string GaveUp = "gave_up";

    /// <summary>It failed in an unexpected way.</summary>
    public const string Failed = "failed";
}
