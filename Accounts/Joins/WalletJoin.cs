using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>The state of a <see cref="WalletJoin"/>.</summary>
internal enum WalletJoinState
{
    /// <summary>The wallets are still two.</summary>
    Pending = 0,

    /// <summary>The account's wallet has what was left.</summary>
    Joined = 1,

    /// <summary>A service has rejected it for a reason that time does not change: it waits for an operator's act.</summary>
    Rejected = 2,
}

/// <summary>The operator's act that joins a user.</summary>
/// <param name="ActId">In the audit log.</param>
/// <param name="ActorId">The operator.</param>
internal sealed record JoinAct(Guid ActId, Guid ActorId);

/// <summary>Names of states, for operators.</summary>
internal static class WalletJoinStates
{
    public static string ToText(this WalletJoinState state) => state switch
    {
        WalletJoinState.Pending => "pending",
        WalletJoinState.Joined => "joined",
        WalletJoinState.Rejected => "rejected",
    };
}

/// <summary>
/// A task: what an anonymous user has belongs to the account that the same browser has signed in to, or that an operator has named. It is
/// stored with the sign-in or the operator's act and carried out later: the Wallet moves what is left, the other services are told.
/// Carrying it out twice has the effect of once.
/// </summary>
internal sealed class WalletJoin
{
    /// <summary>The user who was anonymous; joined once at most.</summary>
    public Guid FromUserId { get; init; }

    /// <summary>The account.</summary>
    public Guid IntoUserId { get; init; }

    /// <summary>How far it has come.</summary>
    public WalletJoinState State { get; set; }

    /// <summary>The operator's act that has asked for it, or for another attempt, as in the audit log; null for a sign-in.</summary>
    public Guid? ActId { get; init; }

    /// <summary>The operator; null for a sign-in.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>When the Gateway had ended the sessions that an operator's act ends; a sign-in does so itself.</summary>
    public DateTimeOffset? SessionsEndedAt { get; set; }

    /// <summary>When the browser signed in, or the operator's act was carried out.</summary>
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

    /// <summary>How <see cref="LastError"/> begins while the account's wallet has no room for the credits.</summary>
    public const string AtLimit = WalletErrorCodes.BalanceLimitExceeded;

    /// <summary>Whether it waits until the account has spent some.</summary>
    public bool IsAtLimit => State == WalletJoinState.Pending && LastError?.StartsWith(AtLimit, StringComparison.Ordinal) == true;
}
