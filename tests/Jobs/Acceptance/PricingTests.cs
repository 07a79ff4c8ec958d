using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs.Tests;

public class PricingTests
{
    private readonly Pricing _pricing = new(Options.Create(new PricingOptions()));

    [Theory]
    [InlineData("framing", 30, 5)]
    [InlineData("overlay", 30, 8)]
    [InlineData("upscale", 30, 30)]
    [InlineData("track", 30, 10)]
    [InlineData("framing", 1, 1)]
    [InlineData("framing", 6, 1)]
    [InlineData("framing", 7, 2)]
    [InlineData("framing", 31, 6)]
    [InlineData("overlay", 45, 12)]
    [InlineData("upscale", 1, 1)]
    [InlineData("upscale", 7200, 7200)]
    [InlineData("track", 61, 21)]
    public void A_price_is_rounded_up_to_a_whole_cent(string type, int seconds, long cents) =>
        Assert.Equal(cents, _pricing.CostCents(JobTypes.Parse(type), seconds));

    [Theory]
    [InlineData("0.0000001", 1)]
    [InlineData("1", 1)]
    [InlineData("1.0000001", 2)]
    [InlineData("29.97", 30)]
    [InlineData("7200", 7200)]
    public void A_duration_is_rounded_up_to_whole_seconds(string duration, int seconds) =>
        Assert.Equal(seconds, _pricing.StartedSeconds(decimal.Parse(duration, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("7200.0001")]
    [InlineData("79228162514264337593543950335")]
    public void A_duration_out_of_range_is_null(string duration) =>
        Assert.Null(_pricing.StartedSeconds(decimal.Parse(duration, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_price_table_with_a_missing_or_invalid_price_is_rejected()
    {
        foreach (var price in new long[] { 0, -1, 1_000_000_001 })
        {
            var options = new PricingOptions();
            options.BaseCents["upscale"] = price;
            Assert.Equal([$"Pricing:BaseCents:upscale is {price}. Set it to an integer from 1 to 1000000000."], Errors(options));
        }
        var unknown = new PricingOptions();
        unknown.BaseCents["dance"] = 1;
        Assert.Equal(
            ["Pricing:BaseCents:dance is not the price of a job type. The types are framing, overlay, upscale, track."], Errors(unknown));
        Assert.Empty(Errors(new PricingOptions()));
    }

    private static IReadOnlyList<string> Errors(PricingOptions options)
    {
        var errors = new OptionsErrors("Pricing");
        options.Validate(errors);
        return errors.Messages;
    }
}
