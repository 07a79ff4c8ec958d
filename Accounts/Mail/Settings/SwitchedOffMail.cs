namespace ReelBallers.Accounts;

/// <summary>A kind of mails that a user does not want.</summary>
internal sealed class SwitchedOffMail
{
    /// <summary>The user of an account.</summary>
    public Guid UserId { get; init; }

    /// <summary>Not a required one.</summary>
    public MailKind Kind { get; init; }

    /// <summary>When it was switched off.</summary>
    public DateTimeOffset Since { get; init; }
}
