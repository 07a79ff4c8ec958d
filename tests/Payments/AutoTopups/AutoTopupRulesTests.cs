using ReelBallers.Wallet.V1;

namespace ReelBallers.Payments.Tests;

/// <summary>When a rule calls for a purchase, and what is in its way.</summary>
public sealed class AutoTopupRulesTests
{
    [Theory]
    [InlineData(AutoTopupState.Active, 99, false, 0, true)]
    [InlineData(AutoTopupState.Active, 0, false, 0, true)]
    [InlineData(AutoTopupState.Active, 100, false, 0, false)]
    [InlineData(AutoTopupState.Active, 99, true, 0, false)]
    [InlineData(AutoTopupState.Active, 99, false, 1, false)]
    [InlineData(AutoTopupState.ActionRequired, 99, false, 0, false)]
    [InlineData(AutoTopupState.Stopped, 99, false, 0, false)]
    [InlineData(AutoTopupState.Off, 99, false, 0, false)]
    public void A_balance_below_the_threshold_is_topped_up_unless_the_wallet_is_frozen_or_owes(
        object state, long balance, bool frozen, long owed, bool isDue) => Assert.Equal(isDue, AutoTopupRules.IsDue(
            new AutoTopupRule { PackId = "starter", State = (AutoTopupState)state, ThresholdCents = 100 },
            new WalletBalance { BalanceCents = balance, Frozen = frozen, ReceivableCents = owed }));

    [Theory]
    [InlineData(499L, null)]
    [InlineData(500L, null)]
    [InlineData(501L, "price_changed")]
    [InlineData(null, "pack_unavailable")]
    public void A_pack_that_is_gone_or_dearer_is_not_bought(long? price, string? obstacle) =>
        Assert.Equal(obstacle, AutoTopupRules.ObstacleOf(
            new AutoTopupRule { PackId = "starter", AgreedPriceCents = 500 },
            price is { } cents ? new Offer("starter", cents, 500, 0) : null));

    [Fact]
    public void A_pack_that_has_come_to_grant_access_is_not_bought() => Assert.Equal("pack_unavailable", AutoTopupRules.ObstacleOf(
        new AutoTopupRule { PackId = "starter", AgreedPriceCents = 500 },
        new Offer("starter", 500, 500, 0) { Grants = [new OfferedGrant("PUB;1", "The script", null)] }));

    [Theory]
    [InlineData("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z")]
    [InlineData("2026-11-30T23:59:59Z", "2026-11-01T00:00:00Z")]
    [InlineData("2026-12-01T00:59:59+01:00", "2026-11-01T00:00:00Z")]
    [InlineData("2025-12-31T23:30:00-01:00", "2026-01-01T00:00:00Z")]
    public void A_month_is_one_of_the_calendar_in_UTC(string time, string month) =>
        Assert.Equal(Time(month), AutoTopupRules.MonthOf(Time(time)));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
