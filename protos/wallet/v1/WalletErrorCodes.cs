namespace ReelBallers.Wallet.V1;

/// <summary>The error codes of WalletService, as in the trailer <c>error-code</c>; wallet.proto says when each is given.</summary>
public static class WalletErrorCodes
{
    public const string InvalidArgument = "invalid_argument";
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    public const string HoldNotFound = "hold_not_found";
    public const string HoldExists = "hold_exists";
    public const string HoldReleased = "hold_released";
    public const string HoldSettled = "hold_settled";
    public const string HoldExpired = "hold_expired";
    public const string SettleExceedsHold = "settle_exceeds_hold";
    public const string PaymentNotFound = "payment_not_found";
    public const string NothingToClawBack = "nothing_to_claw_back";
    public const string NothingToReinstate = "nothing_to_reinstate";
    public const string NotDue = "not_due";
    public const string WalletFrozen = "wallet_frozen";
    public const string InsufficientFunds = "insufficient_funds";
    public const string BalanceLimitExceeded = "balance_limit_exceeded";
    public const string ChainFailed = "chain_failed";
    public const string Overloaded = "overloaded";
    public const string TooManyStreams = "too_many_streams";
    public const string ShuttingDown = "shutting_down";
    public const string DatabaseUnavailable = "database_unavailable";
    public const string InternalError = "internal_error";
}
