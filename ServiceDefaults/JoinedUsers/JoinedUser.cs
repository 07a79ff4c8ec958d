namespace ReelBallers.ServiceDefaults;

/// <summary>A user who was anonymous and belongs to an account now. The row is written once and never changes.</summary>
public sealed class JoinedUser
{
    /// <summary>Who was anonymous. Rows about this user keep the id.</summary>
    public Guid FromUserId { get; init; }

    /// <summary>The account, which itself belongs to no other user.</summary>
    public Guid IntoUserId { get; init; }

    /// <summary>When this service was told.</summary>
    public DateTimeOffset JoinedAt { get; init; }
}
