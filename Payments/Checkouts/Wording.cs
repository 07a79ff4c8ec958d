using System.Globalization;

namespace ReelBallers.Payments;

/// <summary>
/// What people read on Stripe's page and in their statement. Made of the checkout's row alone: these words are part of
/// requests that are repeated under an idempotency key, and a repetition must say the same.
/// </summary>
internal static class Wording
{
    public static string Product(Checkout checkout) =>
        checkout.BonusCredits == 0
            ? $"{Number(checkout.Credits)} credits"
            : $"{Number(checkout.Credits)} credits + {Number(checkout.BonusCredits)} bonus credits";

    public static string Topup(Checkout checkout) => $"Top-up of {Price(checkout)}";

    public static string Bonus(Checkout checkout) => $"Bonus for the top-up of {Price(checkout)}";

    public static string Reversal(Checkout checkout) => $"Taken back of the top-up of {Price(checkout)}";

    public static string Reinstatement(Checkout checkout) => $"Given back of the top-up of {Price(checkout)}";

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Price(Checkout checkout) =>
        string.Create(CultureInfo.InvariantCulture, $"${checkout.AmountCents / 100:N0}.{checkout.AmountCents % 100:00}");
}
