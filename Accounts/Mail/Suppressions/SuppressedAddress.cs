namespace ReelBallers.Accounts;

/// <summary>An address that gets no mails, or only those that were just asked for.</summary>
internal sealed class SuppressedAddress
{
    /// <summary>The normalized address.</summary>
    public required string Email { get; init; }

    public required SuppressionReason Reason { get; init; }

    public required DateTimeOffset SuppressedAt { get; init; }

    /// <summary>Whether a mail of this kind is not sent to it.</summary>
    public bool Stops(MailKind kind) => Reason == SuppressionReason.Bounced || !kind.IsAskedFor();
}

/// <summary>Why an address is suppressed.</summary>
internal enum SuppressionReason : short
{
    /// <summary>Its server has rejected a mail for good: it gets none at all.</summary>
    Bounced = 0,

    /// <summary>Its owner has marked a mail as spam: it gets those that somebody waits for (<see cref="MailKinds.IsAskedFor"/>).</summary>
    Complained = 1,
}

internal static class SuppressionReasons
{
    /// <summary>The name of a reason in the API.</summary>
    public static string ToText(this SuppressionReason reason) => reason switch
    {
        SuppressionReason.Bounced => "bounced",
        SuppressionReason.Complained => "complained",
    };
}
