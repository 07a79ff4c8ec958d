using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs.Tests;

public class SettlementTests
{
    [Theory]
    [InlineData(null, 5)]
    [InlineData(30.0, 5)]
    [InlineData(24.1, 5)]
    [InlineData(24.0, 4)]
    [InlineData(17.2, 3)]
    [InlineData(0.04, 1)]
    // Longer than what was paid for, or no length at all.
    [InlineData(31.0, 5)]
    [InlineData(1e6, 5)]
    [InlineData(0.0, 5)]
    public void A_job_is_charged_by_the_price_table_for_what_it_delivered(double? seconds, long cost) =>
        Assert.Equal(cost, Settle(new PricingOptions(), held: 5, seconds, model: null));

    [Fact]
    public void A_price_that_has_risen_since_charges_no_more_than_was_held()
    {
        var pricing = new PricingOptions();
        pricing.BaseCents["framing"] = 5000;
        Assert.Equal(5, Settle(pricing, held: 5, seconds: 29, model: null));
    }

    [Fact]
    public void A_model_has_its_own_price_and_one_that_left_the_catalogue_costs_what_was_agreed()
    {
        Assert.Equal(15, Settle(new PricingOptions(), held: 30, seconds: 15, model: "HAT-L"));
        Assert.Equal(30, Settle(new PricingOptions(), held: 30, seconds: 15, model: "HAT-XL"));
    }

    [Fact]
    public void The_percentages_of_the_source_count_as_they_did_for_the_price()
    {
        Assert.Equal(5, Settle(new PricingOptions(), held: 10, seconds: 15, model: null, new SourceVideo(30, 7680, 4320, 30)));
        Assert.Equal(3, Settle(new PricingOptions(), held: 10, seconds: 15, model: null, new SourceVideo(30, 1280, 720, 30)));
    }

    private static long Settle(PricingOptions pricing, long held, double? seconds, string? model, SourceVideo? source = null)
    {
        var job = new Job(DateTimeOffset.UnixEpoch)
        {
            ProjectId = "project",
            SourceKey = "key",
            CostCents = held,
            PaidSeconds = 30,
            Work = new Work([], [], model, "1080p", Source: source),
        };
        return new Settlement(new Pricing(Options.Create(pricing)))
            .CostCents(job, seconds is { } length ? TimeSpan.FromSeconds(length) : null);
    }
}
