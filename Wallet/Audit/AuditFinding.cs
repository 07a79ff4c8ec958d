namespace ReelBallers.Wallet;

/// <summary>An inconsistency in the ledger.</summary>
/// <param name="UserId">Whose wallet.</param>
/// <param name="Sequence">The first inconsistent transfer; 0 when it is not about a single one.</param>
/// <param name="Code">The kind of inconsistency.</param>
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
        AuditCode.WrongDatabase => "wrong_database",
        AuditCode.JoinMismatch => "join_mismatch",
    };
}

/// <summary>The inconsistencies that an audit can find.</summary>
internal enum AuditCode
{
    /// <summary>A transfer or its predecessor was changed after it was written.</summary>
    ChainBroken,

    /// <summary>A transfer is missing.</summary>
    SequenceGap,

    /// <summary>The balance of the wallet or of a transfer differs from the sum of the transfers.</summary>
    BalanceMismatch,

    /// <summary>The held amount differs from the sum of the transfers.</summary>
    HeldMismatch,

    /// <summary>The receivable differs from the sum of the transfers.</summary>
    ReceivableMismatch,

    /// <summary>A hold differs from the transfers of its job.</summary>
    HoldMismatch,

    /// <summary>The credits of a payment differ from the transfers that name it.</summary>
    PaymentMismatch,

    /// <summary>The count of freezes differs from the active freezes.</summary>
    FreezeMismatch,

    /// <summary>More was taken from a lot than it had, or a checkpoint differs from the replay.</summary>
    LotMismatch,

    /// <summary>There are rows of a user without a wallet.</summary>
    AccountMissing,

    /// <summary>The sum of the user's accounts is not zero.</summary>
    SumNotZero,

    /// <summary>The user belongs to another one of the ledger's databases.</summary>
    WrongDatabase,

    /// <summary>The transfers differ from what was stored about a join, or a closed wallet is not empty.</summary>
    JoinMismatch,
}
