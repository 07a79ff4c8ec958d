namespace ReelBallers.Wallet;

/// <summary>Which rows a command depends on, besides the wallet and its key.</summary>
internal static class CommandNeeds
{
    /// <summary>The job whose hold a command uses, if any.</summary>
    public static string? HoldOf(Command command) => command switch
    {
        PlaceHold place => place.JobId,
        SettleHold settle => settle.JobId,
        ReleaseHold release => release.JobId,
        ExpireHold expire => expire.JobId,
        _ => null,
    };

    /// <summary>The payment that a command names, if any.</summary>
    public static string? PaymentOf(Command command) => command switch
    {
        Credit credit => credit.StripePaymentId,
        ClawBack clawBack => clawBack.StripePaymentId,
        Reinstate reinstate => reinstate.StripePaymentId,
        _ => null,
    };

    /// <summary>The freeze that a command names, if any.</summary>
    public static string? FreezeOf(Command command) => command switch
    {
        Freeze freeze => freeze.Reference,
        Unfreeze unfreeze => unfreeze.Reference,
        Forfeit => Forfeit.FreezeReference,
        _ => null,
    };

    /// <summary>Whether a command needs the remaining lots.</summary>
    public static bool NeedsLots(Command command) => command is ClawBack or ExpireLot or JoinWallets or Forfeit;

    /// <summary>Whether a command opens the wallets that it names if there are none.</summary>
    public static bool OpensAccount(Command command) => command is Credit or Freeze or Unfreeze or JoinWallets or Forfeit;

    /// <summary>The users that a command names.</summary>
    public static IEnumerable<Guid> UsersOf(Command command) =>
        command is JoinWallets join ? [join.UserId, join.IntoUserId] : [command.UserId];
}
