using ReelBallers.Wallet.V1;

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
        WalletRefusal.IdempotencyKeyReused => WalletErrorCodes.IdempotencyKeyReused,
        WalletRefusal.HoldNotFound => WalletErrorCodes.HoldNotFound,
        WalletRefusal.HoldExists => WalletErrorCodes.HoldExists,
        WalletRefusal.HoldReleased => WalletErrorCodes.HoldReleased,
        WalletRefusal.HoldSettled => WalletErrorCodes.HoldSettled,
        WalletRefusal.HoldExpired => WalletErrorCodes.HoldExpired,
        WalletRefusal.SettleExceedsHold => WalletErrorCodes.SettleExceedsHold,
        WalletRefusal.WalletFrozen => WalletErrorCodes.WalletFrozen,
        WalletRefusal.InsufficientFunds => WalletErrorCodes.InsufficientFunds,
        WalletRefusal.InvalidArgument => WalletErrorCodes.InvalidArgument,
        WalletRefusal.Overloaded => WalletErrorCodes.Overloaded,
        WalletRefusal.DatabaseUnavailable => WalletErrorCodes.DatabaseUnavailable,
        WalletRefusal.InternalError => WalletErrorCodes.InternalError,
    };

    /// <summary>Null when the code is unknown.</summary>
    public static WalletRefusal? TryParse(string code) =>
        Enum.GetValues<WalletRefusal>().Cast<WalletRefusal?>().SingleOrDefault(refusal => refusal!.Value.ToCode() == code);
}
