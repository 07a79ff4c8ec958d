namespace ReelBallers.Payments;

/// <summary>The outcome of an event.</summary>
/// <param name="Code">Stable, in snake_case; stored with the event.</param>
/// <param name="NeedsOperator">The event becomes dead: a retry would not change the outcome.</param>
/// <param name="Detail">Details for an operator; stored with the event. Contains no value from the event.</param>
internal sealed record EventOutcome(string Code, bool NeedsOperator, string? Detail = null)
{
    /// <summary>The code of an event whose attempts are used up.</summary>
    public const string GaveUp = "gave_up";

    /// <summary>A type without a handler.</summary>
    public static readonly EventOutcome Unhandled = new("unhandled", false);

    /// <summary>A type that is only logged.</summary>
    public static readonly EventOutcome Noted = new("noted", false);

    /// <summary>The event is of the other mode (live or test) than our key, which cannot read its objects.</summary>
    public static readonly EventOutcome OtherMode = new(
        "other_mode", true, "The Stripe key and the event are of different modes (live and test).");

    /// <summary>It is not what Stripe documents for its type.</summary>
    public static EventOutcome Malformed(MalformedEventException reason) => new("malformed", true, reason.Message);
}

/// <summary>Maps the outcome of crediting to that of an event.</summary>
internal static class CreditingOutcomes
{
    public static EventOutcome ToEventOutcome(this CreditingOutcome outcome) => new(outcome.Code(), outcome.NeedsOperator());

    public static EventOutcome ToEventOutcome(this ReversalOutcome outcome) => outcome switch
    {
        ReversalOutcome.PaymentUnknown => new("payment_unknown", true),
        ReversalOutcome.NotOurs => new("not_ours", false),
        ReversalOutcome.NotCredited => new("not_credited", false),
        ReversalOutcome.AlreadyReversed => new("already_reversed", false),
        ReversalOutcome.Reversed => new("reversed", false),
    };

    /// <summary>Whether a payment may be missing in the wallet and a retry would not change that.</summary>
    public static bool NeedsOperator(this CreditingOutcome outcome) => outcome switch
    {
        CreditingOutcome.SessionUnknown => true,
        CreditingOutcome.CheckoutMissing => true,
        CreditingOutcome.UserMismatch => true,
        CreditingOutcome.AmountMismatch => true,
        CreditingOutcome.CurrencyMismatch => true,
        CreditingOutcome.PaymentMismatch => true,
        CreditingOutcome.WalletRejected => true,
        CreditingOutcome.NothingPaid => true,
        CreditingOutcome.NotOurs => false,
        CreditingOutcome.BySession => false,
        CreditingOutcome.AlreadyCredited => false,
        CreditingOutcome.Credited => false,
        CreditingOutcome.AlreadyFinal => false,
        CreditingOutcome.Expired => false,
        CreditingOutcome.Failed => false,
        CreditingOutcome.Waiting => false,
        CreditingOutcome.StillOpen => false,
        // It is set aside, so that the event is done.
        CreditingOutcome.UnknownStatus => false,
    };

    private static string Code(this CreditingOutcome outcome) => outcome switch
    {
        CreditingOutcome.SessionUnknown => "session_unknown",
        CreditingOutcome.CheckoutMissing => "checkout_missing",
        CreditingOutcome.NotOurs => "not_ours",
        CreditingOutcome.BySession => "by_session",
        CreditingOutcome.UserMismatch => "user_mismatch",
        CreditingOutcome.AmountMismatch => "amount_mismatch",
        CreditingOutcome.CurrencyMismatch => "currency_mismatch",
        CreditingOutcome.PaymentMismatch => "payment_mismatch",
        CreditingOutcome.AlreadyCredited => "already_credited",
        CreditingOutcome.Credited => "credited",
        CreditingOutcome.WalletRejected => "wallet_rejected",
        CreditingOutcome.NothingPaid => "nothing_paid",
        CreditingOutcome.AlreadyFinal => "already_final",
        CreditingOutcome.Expired => "expired",
        CreditingOutcome.Failed => "failed",
        CreditingOutcome.Waiting => "waiting",
        CreditingOutcome.StillOpen => "still_open",
        CreditingOutcome.UnknownStatus => "unknown_status",
    };
}
