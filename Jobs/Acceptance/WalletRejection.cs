using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs;

/// <summary>
/// The stable error codes of the wallet's hold methods. Each caller maps them with an exhaustive switch, so that a new
/// code does not compile until its meaning is decided.
/// </summary>
internal enum WalletRejection
{
    IdempotencyKeyReused,
    HoldNotFound,
    HoldExists,
    HoldReleased,
    HoldSettled,
    HoldExpired,
    SettleExceedsHold,
    WalletJoined,
    WalletFrozen,
    InsufficientFunds,
    InvalidArgument,
    Overloaded,
    DatabaseUnavailable,
    InternalError,
}

internal static class WalletRejections
{
    public static string ToCode(this WalletRejection rejection) => rejection switch
    {
        WalletRejection.IdempotencyKeyReused => WalletErrorCodes.IdempotencyKeyReused,
        WalletRejection.HoldNotFound => WalletErrorCodes.HoldNotFound,
        WalletRejection.HoldExists => WalletErrorCodes.HoldExists,
        WalletRejection.HoldReleased => WalletErrorCodes.HoldReleased,
        WalletRejection.HoldSettled => WalletErrorCodes.HoldSettled,
        WalletRejection.HoldExpired => WalletErrorCodes.HoldExpired,
        WalletRejection.SettleExceedsHold => WalletErrorCodes.SettleExceedsHold,
        WalletRejection.WalletJoined => WalletErrorCodes.WalletJoined,
        WalletRejection.WalletFrozen => WalletErrorCodes.WalletFrozen,
        WalletRejection.InsufficientFunds => WalletErrorCodes.InsufficientFunds,
        WalletRejection.InvalidArgument => WalletErrorCodes.InvalidArgument,
        WalletRejection.Overloaded => WalletErrorCodes.Overloaded,
        WalletRejection.DatabaseUnavailable => WalletErrorCodes.DatabaseUnavailable,
        WalletRejection.InternalError => WalletErrorCodes.InternalError,
    };

    /// <summary>Null when the code is unknown.</summary>
    public static WalletRejection? TryParse(string code) =>
        Enum.GetValues<WalletRejection>().Cast<WalletRejection?>().SingleOrDefault(rejection => rejection!.Value.ToCode() == code);
}
