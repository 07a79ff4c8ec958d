namespace ReelBallers.Accounts;

/// <summary>The texts of mails about a change of an account's address.</summary>
internal static class AddressTexts
{
    /// <summary>Asks one of the two addresses.</summary>
    /// <param name="details">What is asked.</param>
    /// <param name="link">Confirms the change for the recipient.</param>
    public static MailText Confirm(AddressDetails details, string link)
    {
        var until = $"{details.At.UtcDateTime:HH:mm} UTC";
        // A stranger may have named the new address: that mail does not say whose account it is.
        var mail = details.NewEmail is null
            ? new MailText("Confirm your new address", $"The link works once, until {until}.")
                .Say($"Somebody wants to use this address for an account at {MailText.AppName}. Confirm that it is yours, and that it is "
                    + $"your account. The link works once, until {until}, in a browser that is signed in to the account.")
            : new MailText($"Confirm the new address of your {MailText.AppName} account", $"The link works once, until {until}.")
                .Say($"Somebody who is signed in to your account wants to change its address to {details.NewEmail}. Nothing changes until "
                    + $"both addresses have confirmed it. The link works once, until {until}, in a browser that is signed in to the "
                    + "account.");
        return mail
            .Button(details.NewEmail is null ? "Confirm this address" : "Confirm the change", link)
            .Add(details.NewEmail is null
                ? "It was not you? Then do nothing: without this link the address is not used."
                : "It was not you? Then do not confirm it, and end the other sessions of your account. The page can withdraw the change.");
    }

    /// <summary>Tells one of the two addresses that the change has happened.</summary>
    /// <param name="details">What has happened.</param>
    /// <param name="supportUrl">Where to write to when it should not have.</param>
    public static MailText Changed(AddressDetails details, string supportUrl)
    {
        var mail = details.NewEmail is null
            ? new MailText($"This is the address of your {MailText.AppName} account", "Sign in with it from now on.")
                .Say($"Your account at {MailText.AppName} has this address now. Sign in with it; receipts and other mails come here.")
            : new MailText($"The address of your {MailText.AppName} account was changed", $"The new one is {details.NewEmail}.")
                .Say($"Your account at {MailText.AppName} has another address now: {details.NewEmail}. This one does not sign in to it any "
                    + "more, and gets no more mails about it.");
        return mail
            .List(("When", Wording.Time(details.At)))
            .Link("It was not you? Write to us", supportUrl);
    }
}
