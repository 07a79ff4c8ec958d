namespace ReelBallers.Accounts;

/// <summary>The texts of mails about passkeys: the owner hears of what another person does in a session of the account.</summary>
internal static class PasskeyTexts
{
    /// <summary>Tells the owner.</summary>
    /// <param name="details">What has happened.</param>
    /// <param name="appUrl">Where passkeys are removed.</param>
    /// <param name="supportUrl">Where to write to when it should not have happened.</param>
    public static MailText Of(PasskeyDetails details, string appUrl, string supportUrl) => details.News switch
    {
        PasskeyNews.Added => new MailText(
                $"A passkey was added to your {MailText.AppName} account", "It signs in to your account from now on.")
            .Say($"A passkey was added to your account at {MailText.AppName}. Who has the device that keeps it signs in to your account.")
            .List(("Passkey", details.Name), ("When", Wording.Time(details.At)))
            .Link("It was not you? Remove it, and end the other sessions of your account", appUrl)
            .Link("Or write to us", supportUrl),
        PasskeyNews.Removed => new MailText(
                $"A passkey of your {MailText.AppName} account was removed", "It does not sign in to your account any more.")
            .Say($"A passkey of your account at {MailText.AppName} was removed. It does not sign in any more; the device may still show it "
                + "until it is deleted there.")
            .List(("Passkey", details.Name), ("When", Wording.Time(details.At)))
            .Link("It was not you? Write to us", supportUrl),
    };
}
