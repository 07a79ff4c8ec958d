namespace ReelBallers.Accounts;

/// <summary>What a mail is about; it decides what the mail says.</summary>
internal enum MailKind
{
    /// <summary>A link to sign in; about the <see cref="SignInLink"/>.</summary>
    SignIn = 0,
}
