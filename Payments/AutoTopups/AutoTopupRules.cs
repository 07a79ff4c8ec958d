using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments;

/// <summary>Pure: when a rule calls for a purchase.</summary>
internal static class AutoTopupRules
{
    /// <summary>
    /// Whether the balance is low. Not while the wallet is frozen by a dispute, and not while the user owes for a payment that was
    /// reversed: the purchase would pay the debt.
    /// </summary>
    public static bool IsDue(AutoTopupRule rule, WalletBalance balance) =>
        rule.State == AutoTopupState.Active && balance.BalanceCents < rule.ThresholdCents
        && !balance.Frozen && balance.ReceivableCents == 0;

    /// <summary>Why the rule's pack cannot be bought any more; null when it can.</summary>
    public static string? ObstacleOf(AutoTopupRule rule, Offer? offer) => offer switch
    {
        // Who is to get the access is named at a checkout.
        null or { Grants.Count: > 0 } => AutoTopupReasons.PackUnavailable,
        { } pack when pack.PriceCents > rule.AgreedPriceCents => AutoTopupReasons.PriceChanged,
        _ => null,
    };

    /// <summary>The beginning of the calendar month, in UTC.</summary>
    public static DateTimeOffset MonthOf(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
