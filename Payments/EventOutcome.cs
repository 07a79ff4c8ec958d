namespace ReelBallers.Payments;

/// <summary>What came of an event.</summary>
/// <param name="Code">Stable, in snake_case; kept with the event.</param>
/// <param name="NeedsOperator">The event is kept as dead: trying again by itself would change nothing.</param>
internal sealed record EventOutcome(string Code, bool NeedsOperator)
{
    /// <summary>A type that we do nothing about.</summary>
    public static readonly EventOutcome Unhandled = new("unhandled", false);

    /// <summary>A type that we only write down.</summary>
    public static readonly EventOutcome Noted = new("noted", false);
}

/// <summary>A settlement's outcome as an event's.</summary>
internal static class SettlementOutcomes
{
    public static EventOutcome ToEventOutcome(this SettlementOutcome outcome) => new(outcome.Code(), outcome.NeedsOperator());

    public static EventOutcome ToEventOutcome(this ReversalOutcome outcome) => outcome switch
    {
        ReversalOutcome.NotOurs => new("not_ours", false),
        ReversalOutcome.NotCredited => new("not_credited", false),
        ReversalOutcome.AlreadyReversed => new("already_reversed", false),
        ReversalOutcome.Reversed => new("reversed", false),
    };

    /// <summary>Whether money may be at Stripe that is not in the wallet, and no repetition changes it.</summary>
    public static bool NeedsOperator(this SettlementOutcome outcome) => outcome switch
    {
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
