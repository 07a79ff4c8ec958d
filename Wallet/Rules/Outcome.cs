namespace ReelBallers.Wallet;

/// <summary>The outcome of a command.</summary>
/// <param name="Code">Done, or the reason for the rejection.</param>
/// <param name="BalanceCents">The balance right after the command; for a replay, after its first execution.</param>
/// <param name="RequiredCents">The balance that would have been needed, for <see cref="OutcomeCode.InsufficientFunds"/>.</param>
/// <param name="SettledCents">The amount that a settle charged.</param>
/// <param name="RefundedCents">The amount that a settle or release refunded.</param>
/// <param name="Replayed">Whether this is the outcome of an earlier command with the same key.</param>
/// <param name="HeldSequence">The transfer that placed a hold.</param>
/// <param name="SettledSequence">The transfer that charged it; null when nothing was charged.</param>
/// <param name="RefundedSequence">The transfer that refunded it; null when nothing was refunded.</param>
internal sealed record Outcome(
    OutcomeCode Code, long BalanceCents = 0, long RequiredCents = 0, long SettledCents = 0, long RefundedCents = 0, bool Replayed = false,
    long? HeldSequence = null, long? SettledSequence = null, long? RefundedSequence = null)
{
    /// <summary>The same outcome for several commands.</summary>
    public static Outcome[] Of(OutcomeCode code, int count)
    {
        var outcomes = new Outcome[count];
        Array.Fill(outcomes, new Outcome(code));
        return outcomes;
    }
}

/// <summary>
/// All outcomes of a command. The rejections by the rules are in order of precedence: if several apply, the first one is
/// returned. A rejection changes nothing and is not stored: the same key may succeed later.
/// </summary>
internal enum OutcomeCode
{
    /// <summary>Committed, now or by an earlier call.</summary>
    Done,

    /// <summary>The key was used for a different command. (For the same one: <see cref="Done"/>, replayed.)</summary>
    IdempotencyKeyReused,

    /// <summary>Settle, release: the job has no hold.</summary>
    HoldNotFound,

    /// <summary>Place: the job has or had a hold under another key.</summary>
    HoldExists,

    /// <summary>Settle: the hold was released.</summary>
    HoldReleased,

    /// <summary>Release: the hold was settled. Settle: with another amount. (The same amount: <see cref="Done"/>, replayed.)</summary>
    HoldSettled,

    /// <summary>Settle: the hold expired and was refunded.</summary>
    HoldExpired,

    /// <summary>Settle: the amount exceeds the hold.</summary>
    SettleExceedsHold,

    /// <summary>Claw back, reinstate: this wallet has no credits of the payment.</summary>
    PaymentNotFound,

    /// <summary>Claw back: all credits of the payment are already clawed back.</summary>
    NothingToClawBack,

    /// <summary>Reinstate: no credits of the payment are clawed back.</summary>
    NothingToReinstate,

    /// <summary>Expire: not due yet, or nothing is left to expire.</summary>
    NotDue,

    /// <summary>Join: the wallet was joined into another one before.</summary>
    AlreadyJoined,

    /// <summary>Join: the other wallet was joined into this one.</summary>
    JoinCycle,

    /// <summary>Join: jobs still hold credits of the wallet.</summary>
    HoldsOpen,

    /// <summary>Place, debit: the wallet was joined into another one.</summary>
    WalletJoined,

    /// <summary>Place, debit: a freeze is active.</summary>
    WalletFrozen,

    /// <summary>Place, debit: the balance is too low.</summary>
    InsufficientFunds,

    /// <summary>Credit, reinstate, join: balance and holds would exceed <see cref="Account.LimitCents"/>.</summary>
    BalanceLimitExceeded,

    /// <summary>Not executed: a command linked to this one was rejected.</summary>
    LinkedCommandFailed,

    /// <summary>Not executed: the users of linked commands are in different databases of the ledger.</summary>
    LinkedAcrossDatabases,

    /// <summary>Not executed: too many commands are waiting.</summary>
    Overloaded,

    /// <summary>Not executed: another transaction keeps the wallet locked.</summary>
    WalletBusy,

    /// <summary>Not executed because of a bug, which is logged; only within a batch whose other commands were executed.</summary>
    InternalError,

    /// <summary>Unknown: the database failed. Repeat the command with the same key to find out.</summary>
    DatabaseUnavailable,
}
