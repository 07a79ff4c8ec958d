namespace ReelBallers.Jobs;

/// <summary>The result of placing a hold for a job's cost.</summary>
internal enum HoldOutcome
{
    Placed,

    /// <summary>Nothing is held: the balance does not cover it.</summary>
    InsufficientFunds,

    /// <summary>Nothing is held: the wallet was joined into another one.</summary>
    WalletJoined,

    /// <summary>Nothing is held: the wallet is frozen.</summary>
    WalletFrozen,

    /// <summary>Nothing is held: the wallet rejected the request as malformed, which is a bug here.</summary>
    Malformed,

    /// <summary>The wallet already has a hold for this job with other parameters.</summary>
    Conflict,

    /// <summary>The hold may or may not have been placed.</summary>
    Unknown,
}

/// <param name="Outcome">The result.</param>
/// <param name="BalanceCents">With <see cref="HoldOutcome.Placed"/> and <see cref="HoldOutcome.InsufficientFunds"/>.</param>
/// <param name="RequiredCents">With <see cref="HoldOutcome.InsufficientFunds"/>.</param>
/// <param name="TransferId">The ledger's transfer, with <see cref="HoldOutcome.Placed"/>.</param>
internal readonly record struct HoldAnswer(
    HoldOutcome Outcome, long BalanceCents = 0, long RequiredCents = 0, string? TransferId = null);

/// <summary>The result of settling or releasing a job's hold.</summary>
internal enum HoldEnd
{
    Done,

    /// <summary>The wallet has no hold for this job.</summary>
    NoHold,

    /// <summary>The books contradict the end of the job, or reject the call: repeating it does not help.</summary>
    Contradiction,
}

/// <param name="End">The result.</param>
/// <param name="Code">The wallet's error code; null when it has done what was asked.</param>
/// <param name="SettledCents">What was charged.</param>
/// <param name="SettlementTransferId">The ledger's transfer of the charge; null without one.</param>
/// <param name="RefundTransferId">The ledger's transfer of the refund; null without one.</param>
internal readonly record struct HoldEndAnswer(
    HoldEnd End, string? Code = null, long SettledCents = 0, string? SettlementTransferId = null, string? RefundTransferId = null);
