using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs;

/// <summary>
/// The stable codes in which the wallet's calls for holds can end. Each place that calls the wallet says by a switch
/// without a default what each of them means there.
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

    /// <summary>Null when this code is not known here.</summary>
    public static WalletRefusal? TryParse(string code) =>
        Enum.GetValues<WalletRefusal>().Cast<WalletRefusal?>().SingleOrDefault(refusal => refusal!.Value.ToCode() == code);
}
