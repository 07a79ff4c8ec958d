using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>A user who has signed in: from then on the user id belongs to an e-mail address.</summary>
internal sealed class Account
{
    /// <summary>The user id, which was an anonymous one until the first sign-in.</summary>
    public Guid UserId { get; init; }

    /// <summary>The address as <see cref="EmailAddress"/> normalizes it; an address has one account.</summary>
    public required string Email { get; set; }

    /// <summary>What the user may do.</summary>
    public Role Role { get; set; }

    /// <summary>When an address of the user was confirmed for the first time.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
