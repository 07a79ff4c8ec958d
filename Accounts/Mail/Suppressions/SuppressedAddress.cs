namespace ReelBallers.Accounts;

/// <summary>An address that no mail is sent to.</summary>
internal sealed class SuppressedAddress
{
    /// <summary>The normalized address.</summary>
    public required string Email { get; init; }

    public required SuppressionReason Reason { get; init; }

    public required DateTimeOffset SuppressedAt { get; init; }
}

/// <summary>Why an address is suppressed.</summary>
internal enum SuppressionReason : short
{
    /// <summary>Its server has rejected a mail for good.</summary>
    Bounced = 0,

    /// <summary>Its owner has marked a mail as spam.</summary>
    Complained = 1,
}
