namespace ReelBallers.Accounts;

/// <summary>The state of a <see cref="WalletJoin"/>.</summary>
internal enum WalletJoinState
{
    /// <summary>The wallets are still two.</summary>
    Pending = 0,

    /// <summary>The account's wallet has what was left.</summary>
    Joined = 1,

    /// <summary>The Wallet has rejected it for a reason that no repetition changes: an operator must decide.</summary>
    Rejected = 2,
}

/// <summary>
/// A task: what an anonymous user has belongs to the account that the same browser has signed in to. It is stored with the sign-in and
/// carried out later: the Wallet moves what is left, the other services are told. Carrying it out twice has the effect of once.
/// </summary>
internal sealed class WalletJoin
{
    /// <summary>The user who was anonymous; joined once at most.</summary>
    public Guid FromUserId { get; init; }

    /// <summary>The account.</summary>
    public Guid IntoUserId { get; init; }

    /// <summary>How far it has come.</summary>
    public WalletJoinState State { get; set; }

    /// <summary>When the browser signed in.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The attempts so far, with one that is being made.</summary>
    public int Attempts { get; set; }

    /// <summary>When the lease of the current attempt ends; null without one.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>When Payments, Storage and Jobs had been told; null before.</summary>
    public DateTimeOffset? ToldAt { get; set; }

    /// <summary>When it was joined or rejected; null before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why the last attempt did not join them.</summary>
    public string? LastError { get; set; }
}
