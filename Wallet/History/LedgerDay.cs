namespace ReelBallers.Wallet;

/// <summary>What the transfers of one day of UTC have moved, over all wallets of a database.</summary>
/// <param name="Day">The day.</param>
/// <param name="TopupCents">Credits that were paid for.</param>
/// <param name="BonusCents">Bonus credits.</param>
/// <param name="AdjustedCents">Adjustments; negative when more was taken than given.</param>
/// <param name="ClawedBackCents">Taken back of payments, less what was reinstated.</param>
/// <param name="SpentCents">Charged for jobs and by debits.</param>
/// <param name="ExpiredCents">Expired.</param>
/// <param name="ForfeitedCents">Given up with an account.</param>
/// <param name="EarnedCents">What the revenue has gained.</param>
internal sealed record LedgerDay(
    DateOnly Day, long TopupCents, long BonusCents, long AdjustedCents, long ClawedBackCents, long SpentCents, long ExpiredCents,
    long ForfeitedCents, long EarnedCents)
{
    /// <summary>The sums of the same day in two databases.</summary>
    public LedgerDay Plus(LedgerDay other) => new(
        Day, TopupCents + other.TopupCents, BonusCents + other.BonusCents, AdjustedCents + other.AdjustedCents,
        ClawedBackCents + other.ClawedBackCents, SpentCents + other.SpentCents, ExpiredCents + other.ExpiredCents,
        ForfeitedCents + other.ForfeitedCents, EarnedCents + other.EarnedCents);
}
