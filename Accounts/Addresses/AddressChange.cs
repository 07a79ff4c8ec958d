using System.Security.Cryptography;

namespace ReelBallers.Accounts;

/// <summary>How far a change of an address is. The numbers are stored.</summary>
internal enum AddressChangeState : short
{
    /// <summary>A confirmation is missing; after <see cref="AddressChange.ExpiresAt"/> it is over.</summary>
    Pending = 0,

    /// <summary>The account has the new address.</summary>
    Changed = 1,

    /// <summary>The user has withdrawn it.</summary>
    Withdrawn = 2,

    /// <summary>The user has asked for another one.</summary>
    Replaced = 3,

    /// <summary>The new address had an account when both confirmations were there.</summary>
    AddressInUse = 4,
}

/// <summary>A change of the address of an account; a link at the address that it has and one at the new one confirm it.</summary>
internal sealed class AddressChange
{
    /// <summary>How long it can be confirmed: two mailboxes are opened.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>What the audit log names.</summary>
    public Guid ChangeId { get; init; }

    /// <summary>Whose address it is.</summary>
    public Guid UserId { get; init; }

    /// <summary>The address that the account has; normalized.</summary>
    public required string OldEmail { get; init; }

    /// <summary>The address that it is to have; normalized.</summary>
    public required string NewEmail { get; init; }

    /// <summary>Part of the token that is sent to the old address.</summary>
    public Guid OldLinkId { get; init; }

    /// <summary>Part of the token that is sent to the new address.</summary>
    public Guid NewLinkId { get; init; }

    /// <summary>SHA-256 of the token that is sent to the old address.</summary>
    public required byte[] OldTokenHash { get; init; }

    /// <summary>SHA-256 of the token that is sent to the new address.</summary>
    public required byte[] NewTokenHash { get; init; }

    /// <summary>Where the request came from; null for a client of this machine.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its links end.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was confirmed at the old address; null before.</summary>
    public DateTimeOffset? OldConfirmedAt { get; set; }

    /// <summary>When it was confirmed at the new address; null before.</summary>
    public DateTimeOffset? NewConfirmedAt { get; set; }

    /// <summary>How far it is.</summary>
    public AddressChangeState State { get; set; }

    /// <summary>Whether both addresses have confirmed it.</summary>
    public bool IsConfirmed => OldConfirmedAt is not null && NewConfirmedAt is not null;

    /// <summary>Uses a token, once.</summary>
    /// <returns>False when it is not one of this change, was used, or the change is over.</returns>
    public bool TryConfirm(Guid linkId, string token, DateTimeOffset now)
    {
        var hash = LinkTokens.Hash(token);
        if (State != AddressChangeState.Pending || now >= ExpiresAt)
        {
            return false;
        }
        if (linkId == OldLinkId && OldConfirmedAt is null && CryptographicOperations.FixedTimeEquals(OldTokenHash, hash))
        {
            OldConfirmedAt = now;
            return true;
        }
        if (linkId == NewLinkId && NewConfirmedAt is null && CryptographicOperations.FixedTimeEquals(NewTokenHash, hash))
        {
            NewConfirmedAt = now;
            return true;
        }
        return false;
    }
}
