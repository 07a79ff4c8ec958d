namespace ReelBallers.Wallet;

/// <summary>What became of a command.</summary>
/// <param name="Code">Done, or why not.</param>
/// <param name="BalanceCents">The wallet's balance right after the command; of the first time when it is a replay.</param>
/// <param name="RequiredCents">What an <see cref="OutcomeCode.InsufficientFunds"/> would have taken.</param>
/// <param name="SettledCents">What a settle earned.</param>
/// <param name="RefundedCents">What a settle or release gave back.</param>
/// <param name="Replayed">Whether this is the outcome of an earlier, equal command.</param>
internal sealed record Outcome(
    OutcomeCode Code, long BalanceCents = 0, long RequiredCents = 0, long SettledCents = 0, long RefundedCents = 0, bool Replayed = false);

/// <summary>
/// Every way in which a command can end. The refusals of the rules stand in their order of precedence: where several
/// apply, the first one is the answer. A refusal changes nothing and is not remembered: the same key may succeed later.
/// </summary>
internal enum OutcomeCode
{
    /// <summary>Done and committed, now or the first time.</summary>
    Done,

    /// <summary>The key belongs to a different command that had its effect. (Equal: <see cref="Done"/>, replayed.)</summary>
    IdempotencyKeyReused,

    /// <summary>Settle, release: the job has no hold.</summary>
    HoldNotFound,

    /// <summary>Place: the job has, or had, a hold under another key.</summary>
    HoldExists,

    /// <summary>Settle: the hold was given back.</summary>
    HoldReleased,

    /// <summary>Release: the hold was earned. Settle: it was, with another amount. (Equal: <see cref="Done"/>, replayed.)</summary>
    HoldSettled,

    /// <summary>Settle: the hold's time was over and it was given back.</summary>
    HoldExpired,

    /// <summary>Settle: more than was held.</summary>
    SettleExceedsHold,

    /// <summary>Claw back, reinstate: the payment brought nothing to this wallet.</summary>
    PaymentNotFound,

    /// <summary>Claw back: all that the payment brought is taken back already.</summary>
    NothingToClawBack,

    /// <summary>Reinstate: nothing of the payment is taken back.</summary>
    NothingToReinstate,

    /// <summary>Expire: its time has not come, or nothing is left of it.</summary>
    NotDue,

    /// <summary>Place, debit: a freeze stands.</summary>
    WalletFrozen,

    /// <summary>Place, debit: the balance does not cover it.</summary>
    InsufficientFunds,

    /// <summary>Credit, reinstate: the wallet would hold more than <see cref="Account.LimitCents"/>.</summary>
    BalanceLimitExceeded,

    /// <summary>Nothing done: a command linked to this one was refused.</summary>
    LinkedCommandFailed,

    /// <summary>Not decided, nothing done: too many commands are waiting.</summary>
    Overloaded,

    /// <summary>Not done, through a fault of ours that is logged; only within a batch, where others went well.</summary>
    InternalError,

    /// <summary>Fate unknown: the database went away. The same command with the same key finds out.</summary>
    DatabaseUnavailable,
}
