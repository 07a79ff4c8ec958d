namespace ReelBallers.Accounts;

/// <summary>What a mail is about; it decides what the mail says. The numbers are stored, and are part of unsubscribe links.</summary>
internal enum MailKind : short
{
    /// <summary>A link to sign in; about the <see cref="SignInLink"/>.</summary>
    SignIn = 0,

    /// <summary>A payment was credited, also an automatic top-up.</summary>
    Receipt = 1,

    /// <summary>A payment was refunded, or a refund has failed.</summary>
    Refund = 2,

    /// <summary>A payment was disputed, or a dispute was decided.</summary>
    Dispute = 3,

    /// <summary>Automatic top-ups have stopped, or wait for the user.</summary>
    AutoTopup = 4,

    /// <summary>The balance has fallen below the threshold.</summary>
    LowBalance = 5,

    /// <summary>A job has delivered.</summary>
    JobFinished = 6,

    /// <summary>A job has failed; its credits were returned.</summary>
    JobFailed = 7,

    /// <summary>A message to support has arrived, or was answered.</summary>
    Ticket = 8,

    /// <summary>To the admin: what needs an operator.</summary>
    Alert = 9,

    /// <summary>A change of the account's address: links to confirm it, and that it has happened.</summary>
    AddressChange = 10,

    /// <summary>A passkey was added to the account, or removed.</summary>
    Passkey = 11,
}

internal static class MailKinds
{
    /// <summary>The kinds that users get.</summary>
    public static readonly IReadOnlyList<MailKind> OfUsers =
        [.. Enum.GetValues<MailKind>().Where(kind => kind != MailKind.Alert)];

    private static readonly Dictionary<string, MailKind> ByText = OfUsers.ToDictionary(kind => kind.ToText());

    /// <summary>The name of a kind: in the API, in metrics and for operators.</summary>
    public static string ToText(this MailKind kind) => kind switch
    {
        MailKind.SignIn => "sign_in",
        MailKind.Receipt => "receipt",
        MailKind.Refund => "refund",
        MailKind.Dispute => "dispute",
        MailKind.AutoTopup => "auto_topup",
        MailKind.LowBalance => "low_balance",
        MailKind.JobFinished => "job_finished",
        MailKind.JobFailed => "job_failed",
        MailKind.Ticket => "ticket",
        MailKind.Alert => "alert",
        MailKind.AddressChange => "address_change",
        MailKind.Passkey => "passkey",
    };

    /// <summary>The kind of this name that users get; null when there is none.</summary>
    public static MailKind? Parse(string? text) => text is not null && ByText.TryGetValue(text, out var kind) ? kind : null;

    /// <summary>
    /// Whether every user gets it: what proves a payment or its reversal, and what is about how to sign in. Others can be switched off.
    /// </summary>
    public static bool IsRequired(this MailKind kind) => kind switch
    {
        MailKind.SignIn or MailKind.Receipt or MailKind.Refund or MailKind.Dispute or MailKind.Ticket or MailKind.Alert
            or MailKind.AddressChange or MailKind.Passkey => true,
        MailKind.AutoTopup or MailKind.LowBalance or MailKind.JobFinished or MailKind.JobFailed => false,
    };

    /// <summary>Whether it has a link that somebody waits for, which ends soon.</summary>
    public static bool IsAwaited(this MailKind kind) => kind is MailKind.SignIn or MailKind.AddressChange;

    /// <summary>
    /// Whether it answers what a person has just done, and waits for: a link that was asked for, a message to support. Such a mail is
    /// wanted also by one who has complained about another.
    /// </summary>
    public static bool IsAskedFor(this MailKind kind) => kind is MailKind.SignIn or MailKind.AddressChange or MailKind.Ticket;
}
