namespace ReelBallers.Accounts;

/// <summary>The texts of mails about payments.</summary>
internal static class PaymentTexts
{
    /// <param name="payment">What happened.</param>
    /// <param name="appUrl">The app's page.</param>
    public static MailText Of(PaymentDetails payment, string appUrl)
    {
        var (amount, credits) = (Wording.Money(payment.AmountCents, payment.Currency), Wording.Credits(payment.Credits));
        var bought = Wording.Bought(payment.Credits, payment.Access);
        return payment.News switch
        {
            PaymentNews.Paid => Facts(
                Given(new MailText($"Receipt: {amount} for {bought}", Preheader(payment)), payment, "Thank you. Your payment has arrived."),
                payment, amount),
            PaymentNews.ToppedUp => Facts(
                Given(
                    new MailText($"Automatic top-up: {amount} for {bought}", Preheader(payment)), payment,
                    "Your balance was below the amount that you have set, so your saved card was charged."),
                payment, amount).Link("Change or turn off automatic top-ups", appUrl),
            PaymentNews.Refunded => Facts(
                Taken(
                    new MailText($"Refund of {amount}", "It reaches your card or account within ten days.")
                        .Say($"{amount} were refunded to the card or account that you paid with. Banks take up to ten days to show it."),
                    payment),
                payment, amount),
            PaymentNews.RefundFailed => Facts(
                new MailText($"Your refund of {amount} has failed", "Your bank did not accept it.")
                    .Say($"Your bank did not accept a refund of {amount}: the card or account may be closed.")
                    .Say(payment.Credits == 0
                        ? "Whatever was taken for it is yours again."
                        : $"{credits} that were taken for it are in your wallet again."),
                payment, amount),
            PaymentNews.Disputed => Facts(
                new MailText($"A payment of {amount} is disputed", "Credits cannot be spent until the bank has decided.")
                    .Say($"The bank of the card has taken back a payment of {amount}, since it was disputed. Until the bank has decided, "
                        + "the credits of your wallet cannot be spent.")
                    .Say("You did not mean to dispute it? Then ask your bank to withdraw the dispute."),
                payment, amount),
            PaymentNews.DisputeWon => Facts(
                new MailText($"The dispute of {amount} is closed", "The payment stands.")
                    .Say($"The bank has decided that the payment of {amount} stands. Whatever was taken for the dispute is yours again."),
                payment, amount),
            PaymentNews.DisputeLost => Facts(
                new MailText($"The dispute of {amount} is closed", "The money stays with the bank.")
                    .Say($"The bank has decided for the dispute: {amount} are returned by the bank, and what was taken back of the "
                        + "payment stays taken back."),
                payment, amount),
            PaymentNews.TopupsStopped => new MailText("Your automatic top-ups have stopped", Reason(payment.Reference))
                .Say($"Your automatic top-ups have stopped. {Reason(payment.Reference)}")
                .Say($"{Remedy(payment.Reference)} Until then your balance is not refilled, and jobs end when it is used up.")
                .Button("Automatic top-ups", appUrl)
                .List(("When", Wording.Time(payment.At))),
            PaymentNews.TopupUnconfirmed => new MailText("Please confirm your automatic top-up", "Your bank wants you to confirm it.")
                .Say("Your bank wants you to confirm the automatic top-up. Nothing was charged.")
                .Say("Open the app and confirm the payment there; automatic top-ups then go on by themselves.")
                .Button("Confirm the payment", appUrl)
                .List(("When", Wording.Time(payment.At))),
        };
    }

    private static string Preheader(PaymentDetails payment) => IsAccessOnly(payment)
        ? $"You get access to {Wording.List(payment.Access)}."
        : InWallet(payment.Credits);

    private static string InWallet(long credits) => $"{Wording.Credits(credits)} {(credits == 1 ? "is" : "are")} in your wallet.";

    private static MailText Given(MailText text, PaymentDetails payment, string why)
    {
        text.Say(IsAccessOnly(payment) ? why : $"{why} {InWallet(payment.Credits)}");
        return payment.Access.Count == 0
            ? text
            : text.Say($"You get access to {Wording.List(payment.Access)} under the user name that you have entered for it.");
    }

    // A part of the money takes no access away.
    private static MailText Taken(MailText text, PaymentDetails payment)
    {
        if (!IsAccessOnly(payment))
        {
            text.Say(payment.Credits == 0
                ? "No credits were taken from your wallet."
                : $"{Wording.Credits(payment.Credits)} of this payment were taken from your wallet.");
        }
        return payment.Access.Count == 0
            ? text
            : text.Say($"When the whole payment is returned, the access to {Wording.List(payment.Access)} that it has given ends.");
    }

    // Nothing but access was bought, or nothing else is concerned.
    private static bool IsAccessOnly(PaymentDetails payment) => payment is { Credits: 0, Access.Count: > 0 };

    private static MailText Facts(MailText text, PaymentDetails payment, string amount)
    {
        (string, string)[] pack = payment.PackId.Length == 0 ? [] : [("Pack", payment.PackId)];
        text.List([("Amount", amount), .. pack, ("When", Wording.Time(payment.At)), ("Payment", payment.PaymentId)]);
        return payment.ReceiptUrl.Length == 0 ? text : text.Button("Receipt", payment.ReceiptUrl);
    }

    // As in GET /api/auto-topup.
    private static string Reason(string reason) => reason switch
    {
        "card_required" => "There is no saved card any more.",
        "card_declined" => "Your bank has declined the payment.",
        "card_unusable" => "The saved card can no longer be used, for example since it has expired.",
        "insufficient_funds" => "The account of the card did not have enough money.",
        "authentication_required" => "Your bank wants you to confirm the payment.",
        "monthly_cap_reached" => "What you allow in a month is reached.",
        "topup_limited" => "The limit of top-ups is reached.",
        "topup_blocked" => "Top-ups of your account are blocked.",
        "pack_unavailable" => "The pack that you chose is no longer sold.",
        "price_changed" => "The price of the pack that you chose has changed.",
        "payment_reversed" => "A payment was refunded or disputed.",
        _ => "The payment could not be made.",
    };

    private static string Remedy(string reason) => reason switch
    {
        "card_required" or "card_unusable" or "card_declined" => "Save another card and turn them on again.",
        "monthly_cap_reached" => "Raise the monthly limit, or buy credits yourself.",
        "topup_limited" => "Turn them on again tomorrow.",
        "topup_blocked" => "Write to us if you think that this is a mistake.",
        "pack_unavailable" or "price_changed" => "Choose a pack and turn them on again.",
        _ => "Turn them on again when you want to.",
    };
}
