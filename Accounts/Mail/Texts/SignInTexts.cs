namespace ReelBallers.Accounts;

/// <summary>The texts of mails that sign in.</summary>
internal static class SignInTexts
{
    /// <summary>A link to sign in.</summary>
    public static MailText Link(string link, DateTimeOffset expiresAt)
    {
        var until = $"{expiresAt.UtcDateTime:HH:mm} UTC";
        return new MailText($"Sign in to {MailText.AppName}", $"The link works once, until {until}.")
            .Say($"Sign in to {MailText.AppName} with this link. It works once, until {until}.")
            .Button("Sign in", link)
            .Add("You did not ask for it? Then ignore this mail: without the link nothing happens.");
    }
}
