namespace ReelBallers.Wallet;

/// <summary>Something in the ledger that cannot have come from the rules.</summary>
/// <param name="UserId">Whose wallet; empty for the sum over all.</param>
/// <param name="Sequence">The first transfer that does not fit; 0 when it is none in particular.</param>
/// <param name="Code">What.</param>
/// <param name="Detail">For people.</param>
internal sealed record AuditFinding(Guid UserId, long Sequence, AuditCode Code, string Detail)
{
    /// <summary>The code on the wire.</summary>
    public string CodeText() => Code switch
    {
        AuditCode.ChainBroken => "chain_broken",
        AuditCode.SequenceGap => "sequence_gap",
        AuditCode.BalanceMismatch => "balance_mismatch",
        AuditCode.HeldMismatch => "held_mismatch",
        AuditCode.ReceivableMismatch => "receivable_mismatch",
        AuditCode.HoldMismatch => "hold_mismatch",
        AuditCode.PaymentMismatch => "payment_mismatch",
        AuditCode.FreezeMismatch => "freeze_mismatch",
        AuditCode.LotMismatch => "lot_mismatch",
        AuditCode.AccountMissing => "account_missing",
        AuditCode.SumNotZero => "sum_not_zero",
    };
}

/// <summary>What an audit can find.</summary>
internal enum AuditCode
{
    /// <summary>A transfer is not what it was when it was written, or its predecessor is not.</summary>
    ChainBroken,

    /// <summary>A transfer is missing.</summary>
    SequenceGap,

    /// <summary>The wallet's balance, or the one that a transfer states, is not what the transfers come to.</summary>
    BalanceMismatch,

    /// <summary>What is held is not what the transfers come to.</summary>
    HeldMismatch,

    /// <summary>What is owed is not what the transfers come to.</summary>
    ReceivableMismatch,

    /// <summary>A hold is not what the transfers of its job come to: it has no beginning, no end or two.</summary>
    HoldMismatch,

    /// <summary>A payment's credits are not what the transfers that name it come to.</summary>
    PaymentMismatch,

    /// <summary>The count of freezes is not that of the freezes that stand.</summary>
    FreezeMismatch,

    /// <summary>More was taken of a lot than it had, or a checkpoint differs from the replay.</summary>
    LotMismatch,

    /// <summary>There are rows of a user who has no wallet.</summary>
    AccountMissing,

    /// <summary>All accounts together do not sum to zero.</summary>
    SumNotZero,
}
