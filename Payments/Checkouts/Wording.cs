using System.Globalization;

namespace ReelBallers.Payments;

/// <summary>
/// The texts on Stripe's page and in the user's statement. They are part of requests that are repeated under an
/// idempotency key, and a repetition must be identical: a text is either stored when it is first used, as for wallet
/// commands, or follows from the checkout's row alone and must not change.
/// </summary>
internal static class Wording
{
    public static string Product(Checkout checkout) =>
        checkout.Grants is null ? Credits(checkout)
        : checkout.Credits == 0 ? Access(checkout)
        : $"{Credits(checkout)} + {Access(checkout)}";

    public static string Topup(Checkout checkout) => $"Top-up of {Price(checkout)}";

    public static string Bonus(Checkout checkout) => $"Bonus for the top-up of {Price(checkout)}";

    /// <summary>The text that is stored with a new wallet command; null for one that leaves no entry.</summary>
    public static string? Of(WalletCommandKind kind, Checkout checkout) => kind switch
    {
        WalletCommandKind.ClawBack => $"Reversed: {Price(checkout)} top-up",
        WalletCommandKind.Reinstate => $"Reinstated: {Price(checkout)} top-up",
        WalletCommandKind.Freeze or WalletCommandKind.Unfreeze => null,
    };

    private static string Credits(Checkout checkout) =>
        checkout.BonusCredits == 0
            ? $"{Number(checkout.Credits)} credits"
            : $"{Number(checkout.Credits)} credits + {Number(checkout.BonusCredits)} bonus credits";

    private static string Access(Checkout checkout) => $"access for {checkout.AccessUsername}";

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Price(Checkout checkout) =>
        string.Create(CultureInfo.InvariantCulture, $"${checkout.AmountCents / 100:N0}.{checkout.AmountCents % 100:00}");
}
