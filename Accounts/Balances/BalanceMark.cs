namespace ReelBallers.Accounts;

/// <summary>Whether an account's balance was low when it was last seen.</summary>
internal sealed class BalanceMark
{
    /// <summary>The user of the account.</summary>
    public Guid UserId { get; init; }

    /// <summary>Since when it is low; null: it is not.</summary>
    public DateTimeOffset? LowSince { get; init; }

    /// <summary>When this fall was dealt with, by a mail or since it was low when it was first seen; null: a mail is due.</summary>
    public DateTimeOffset? ToldAt { get; init; }
}
