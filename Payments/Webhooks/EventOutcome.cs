namespace ReelBallers.Payments;

/// <summary>What came of an event.</summary>
/// <param name="Code">Stable, in snake_case; kept with the event.</param>
/// <param name="NeedsOperator">The event is kept as dead: trying again by itself would change nothing.</param>
/// <param name="Detail">What an operator should know; kept with the event. Has no value from the event.</param>
internal sealed record EventOutcome(string Code, bool NeedsOperator, string? Detail = null)
{
    /// <summary>The code of an event whose attempts are used up.</summary>
    public const string GaveUp = "gave_up";

    /// <summary>A type that we do nothing about.</summary>
    public static readonly EventOutcome Unhandled = new("unhandled", false);

    /// <summary>A type that we only write down.</summary>
    public static readonly EventOutcome Noted = new("noted", false);

    /// <summary>It happened in the mode that our key is not of: nothing of it can be read from Stripe.</summary>
    public static readonly EventOutcome OtherMode = new(
        "other_mode", true, "Stripe's key is of the other mode (live or test) than the event.");

    /// <summary>It is not what Stripe documents for its type.</summary>
    public static EventOutcome Malformed(MalformedEventException reason) => new("malformed", true, reason.Message);
}

/// <summary>A settlement's outcome as an event's.</summary>
internal static class SettlementOutcomes
{
    public static EventOutcome ToEventOutcome(this SettlementOutcome outcome) => new(outcome.Code(), outcome.NeedsOperator());

    public static EventOutcome ToEventOutcome(this ReversalOutcome outcome) => outcome switch
    {
        ReversalOutcome.PaymentUnknown => new("payment_unknown", true),
        ReversalOutcome.NotOurs => new("not_ours", false),
        ReversalOutcome.NotCredited => new("not_credited", false),
        ReversalOutcome.AlreadyReversed => new("already_reversed", false),
        ReversalOutcome.Reversed => new("reversed", false),
    };

    /// <summary>Whether money may be at Stripe that is not in the wallet, and no repetition changes it.</summary>
    public static bool NeedsOperator(this SettlementOutcome outcome) => outcome switch
    {
        SettlementOutcome.SessionUnknown => true,
        SettlementOutcome.CheckoutMissing => true,
        SettlementOutcome.UserMismatch => true,
        SettlementOutcome.AmountMismatch => true,
        SettlementOutcome.CurrencyMismatch => true,
        SettlementOutcome.PaymentMismatch => true,
        SettlementOutcome.WalletRefused => true,
        SettlementOutcome.NothingPaid => true,
        SettlementOutcome.NotOurs => false,
        SettlementOutcome.AlreadyCredited => false,
        SettlementOutcome.Credited => false,
        SettlementOutcome.AlreadyFinal => false,
        SettlementOutcome.Expired => false,
        SettlementOutcome.Failed => false,
        SettlementOutcome.Waiting => false,
        SettlementOutcome.StillOpen => false,
    };

    private static string Code(this SettlementOutcome outcome) => outcome switch
    {
        SettlementOutcome.SessionUnknown => "session_unknown",
        SettlementOutcome.CheckoutMissing => "checkout_missing",
        SettlementOutcome.NotOurs => "not_ours",
        SettlementOutcome.UserMismatch => "user_mismatch",
        SettlementOutcome.AmountMismatch => "amount_mismatch",
        SettlementOutcome.CurrencyMismatch => "currency_mismatch",
        SettlementOutcome.PaymentMismatch => "payment_mismatch",
        SettlementOutcome.AlreadyCredited => "already_credited",
        SettlementOutcome.Credited => "credited",
        SettlementOutcome.WalletRefused => "wallet_refused",
        SettlementOutcome.NothingPaid => "nothing_paid",
        SettlementOutcome.AlreadyFinal => "already_final",
        SettlementOutcome.Expired => "expired",
        SettlementOutcome.Failed => "failed",
        SettlementOutcome.Waiting => "waiting",
        SettlementOutcome.StillOpen => "still_open",
    };
}
