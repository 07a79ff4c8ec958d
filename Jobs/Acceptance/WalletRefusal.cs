namespace ReelBallers.Jobs;

/// <summary>
/// The stable error codes of the wallet's hold methods. Each caller maps them with an exhaustive switch, so that a new
/// code does not compile until its meaning is decided.
/// </summary>
internal enum WalletRefusal
{
    IdempotencyKeyReused,
    HoldNotFound,
    HoldExists,
    HoldReleased,
    HoldSettled,
    HoldExpired,
    SettleExceedsHold,
    WalletFrozen,
    InsufficientFunds,
    InvalidArgument,
    Overloaded,
    DatabaseUnavailable,
    InternalError,
}

internal static class WalletRefusals
{
    public static string ToCode(this WalletRefusal refusal) => refusal switch
    {
        WalletRefusal.IdempotencyKeyReused => "idempotency_key_reused",
        WalletRefusal.HoldNotFound => "hold_not_found",
        WalletRefusal.HoldExists => "hold_exists",
        WalletRefusal.HoldReleased => "hold_released",
        WalletRefusal.HoldSettled => "hold_settled",
        WalletRefusal.HoldExpired => "hold_expired",
        WalletRefusal.SettleExceedsHold => "settle_exceeds_hold",
        WalletRefusal.WalletFrozen => "wallet_frozen",
        WalletRefusal.InsufficientFunds => "insufficient_funds",
        WalletRefusal.InvalidArgument => "invalid_argument",
        WalletRefusal.Overloaded => "overloaded",
        WalletRefusal.DatabaseUnavailable => "database_unavailable",
        WalletRefusal.InternalError => "internal_error",
    };

    /// <summary>Null when the code is unknown.</summary>
    public static WalletRefusal? TryParse(string code) =>
        Enum.GetValues<WalletRefusal>().Cast<WalletRefusal?>().SingleOrDefault(refusal => refusal!.Value.ToCode() == code);
}
