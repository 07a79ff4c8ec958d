namespace ReelBallers.Accounts;

/// <summary>What a mail is about; it decides what the mail says.</summary>
internal enum MailKind
{
    /// <summary>A link to sign in; about the <see cref="SignInLink"/>.</summary>
    SignIn = 0,
}

internal static class MailKinds
{
    /// <summary>The name of a kind in metrics and for operators.</summary>
    public static string ToText(this MailKind kind) => kind switch
    {
        MailKind.SignIn => "sign_in",
    };
}
