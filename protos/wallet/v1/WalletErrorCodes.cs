namespace ReelBallers.Wallet.V1;

/// <summary>The error codes of WalletService, as in the trailer <c>error-code</c>; wallet.proto says when each is given.</summary>
public static class WalletErrorCodes
{
    /// <summary>A field is missing, malformed or out of range.</summary>
    public const string InvalidArgument = "invalid_argument";
    /// <summary>The key was used for a different request.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    /// <summary>The job has no hold.</summary>
    public const string HoldNotFound = "hold_not_found";
    /// <summary>The job has a hold with other parameters.</summary>
    public const string HoldExists = "hold_exists";
    /// <summary>The hold was released.</summary>
    public const string HoldReleased = "hold_released";
    /// <summary>The hold was settled.</summary>
    public const string HoldSettled = "hold_settled";
    /// <summary>The hold expired and was refunded.</summary>
    public const string HoldExpired = "hold_expired";
    /// <summary>More than is held.</summary>
    public const string SettleExceedsHold = "settle_exceeds_hold";
    /// <summary>No such payment is known.</summary>
    public const string PaymentNotFound = "payment_not_found";
    /// <summary>Nothing of the payment is left to claw back.</summary>
    public const string NothingToClawBack = "nothing_to_claw_back";
    /// <summary>Nothing of the payment was clawed back.</summary>
    public const string NothingToReinstate = "nothing_to_reinstate";
    /// <summary>The hold or lot does not expire yet.</summary>
    public const string NotDue = "not_due";
    /// <summary>The wallet was joined into another one before.</summary>
    public const string AlreadyJoined = "already_joined";
    /// <summary>The other wallet was joined into this one.</summary>
    public const string JoinCycle = "join_cycle";
    /// <summary>Jobs still hold credits of the wallet; repeat the call when they have ended.</summary>
    public const string HoldsOpen = "holds_open";
    /// <summary>The wallet was joined into another one, which has its credits.</summary>
    public const string WalletJoined = "wallet_joined";
    /// <summary>The wallet is frozen while a payment is in dispute.</summary>
    public const string WalletFrozen = "wallet_frozen";
    /// <summary>The balance does not cover the amount.</summary>
    public const string InsufficientFunds = "insufficient_funds";
    /// <summary>The balance would exceed its limit.</summary>
    public const string BalanceLimitExceeded = "balance_limit_exceeded";
    /// <summary>A linked command of the batch was rejected.</summary>
    public const string LinkedCommandFailed = "linked_command_failed";
    /// <summary>The wallets of linked commands or of a join are in different databases, which cannot commit together.</summary>
    public const string LinkedAcrossDatabases = "linked_across_databases";
    /// <summary>Too many commands are waiting; repeat the call later.</summary>
    public const string Overloaded = "overloaded";
    /// <summary>Another transaction keeps the wallet locked; nothing was changed. Repeat the call later.</summary>
    public const string WalletBusy = "wallet_busy";
    /// <summary>The user has too many open streams.</summary>
    public const string TooManyStreams = "too_many_streams";
    /// <summary>The service is stopping; repeat the call.</summary>
    public const string ShuttingDown = "shutting_down";
    /// <summary>The database did not answer; it is unknown whether the call took effect.</summary>
    public const string DatabaseUnavailable = "database_unavailable";
    /// <summary>A bug; it was logged.</summary>
    public const string InternalError = "internal_error";
}
