namespace ReelBallers.Accounts;

/// <summary>The state of a <see cref="WalletJoin"/>.</summary>
internal enum WalletJoinState
{
    /// <summary>The wallets are still two.</summary>
    Pending = 0,
}

/// <summary>
/// A task: what is left in the wallet of an anonymous user belongs to the account that the same browser has signed in to. It is stored
/// with the sign-in and carried out later by the Wallet; carrying it out twice has the effect of once.
/// </summary>
internal sealed class WalletJoin
{
    /// <summary>The user who was anonymous; joined once at most.</summary>
    public Guid FromUserId { get; init; }

    /// <summary>The account.</summary>
    public Guid IntoUserId { get; init; }

    /// <summary>How far it has come.</summary>
    public WalletJoinState State { get; init; }

    /// <summary>When the browser signed in.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
