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
    [InlineData(1920, 1080, 30, 5)]
    [InlineData(3840, 2160, 60, 5)]
    // A phone that was held upright, and whose 60 frames a second are a few more.
    [InlineData(2160, 3840, 60.3, 5)]
    [InlineData(7680, 4320, 30, 10)]
    [InlineData(16_000, 9000, 30, 10)]
    [InlineData(1280, 720, 120, 8)]
    [InlineData(1280, 720, 240, 10)]
    [InlineData(1280, 720, 960, 10)]
    [InlineData(7680, 4320, 240, 20)]
    public void Resolution_and_frame_rate_of_the_source_count(int width, int height, double frameRate, long cents) => Assert.Equal(
        cents, _pricing.CostCents(JobType.Framing, 30, null, "1080p", new SourceVideo(30, width, height, frameRate)));

    [Theory]
    [InlineData(30, null, 30)]
    [InlineData(30, 60.0, 30)]
    [InlineData(30, 61.0, 45)]
    [InlineData(30, 120.0, 45)]
    // Fewer frames than the source has are no cheaper: all of the source's are worked on.
    [InlineData(240, 120.0, 60)]
    public void A_higher_frame_rate_of_the_result_counts_as_that_of_the_source(double frameRate, double? targetFps, long cents)
    {
        var source = new SourceVideo(30, 1280, 720, frameRate);
        Assert.Equal(cents, _pricing.CostCents(JobType.Upscale, 30, "RIFE", "1080p", source, targetFps));
        var work = new Work([], [], "RIFE", "1080p", TargetFps: targetFps);
        Assert.Equal(cents, _pricing.CostCents(new JobSpecification(JobType.Upscale, "p", "k", null, work, null), source));
        var job = new Job(DateTimeOffset.UnixEpoch)
        {
            ProjectId = "p",
            SourceKey = "k",
            Type = JobType.Upscale,
            CostCents = 1000,
            PaidSeconds = 30,
            Work = work with { Source = source },
        };
        Assert.Equal(cents, new Settlement(_pricing).CostCents(job, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Before_an_upload_the_frame_rate_of_the_result_counts() =>
        Assert.Equal(45, _pricing.CostCents(JobType.Upscale, 30, "RIFE", "1080p", source: null, targetFps: 120));

    [Fact]
    public void The_resolution_of_the_result_counts_and_the_dearest_job_has_a_price()
    {
        var options = new PricingOptions { UnitSeconds = 1 };
        options.ResolutionPercent["2160p"] = 150;
        Assert.Equal(8, new Pricing(Options.Create(options)).CostCents(JobType.Framing, 1, null, "2160p"));
        options.BaseCents["framing"] = 1_000_000_000;
        options.ResolutionPercent["2160p"] = options.SourceResolutionPercent["4320p"] = options.FrameRatePercent["240"] = 1000;
        Assert.Empty(Errors(options));
        Assert.Equal(
            86_400_000_000_000_000,
            new Pricing(Options.Create(options)).CostCents(JobType.Framing, 86_400, null, "2160p", new SourceVideo(1, 9999, 9999, 999)));
    }

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
        var wrong = new PricingOptions();
        (wrong.ResolutionPercent["4k"], wrong.SourceResolutionPercent["x"], wrong.FrameRatePercent["60"]) = (100, 100, 0);
        Assert.Equal(
            [
                "Pricing:ResolutionPercent:4k is not a key. Use 720p, 1080p, 1440p, 2160p.",
                "Pricing:SourceResolutionPercent:x is not a key. Use a number of lines, as 1080p.",
                "Pricing:FrameRatePercent:60 is 0. Set it to an integer from 1 to 1000.",
            ],
            Errors(wrong));
        Assert.Empty(Errors(new PricingOptions()));
    }

    [Fact]
    public void The_catalogue_has_the_enabled_models_by_name_and_any_case_finds_them()
    {
        var options = new PricingOptions();
        options.Models["SwinIR-L"] = new UpscaleModel { Enabled = false };
        options.Models["Anime"] = new UpscaleModel { BaseCents = 60 };
        var pricing = new Pricing(Options.Create(options));

        Assert.Equal(["Anime", "HAT-L", "RIFE", "Real-ESRGAN"], pricing.Models.Keys);
        Assert.Equal(("HAT-L", null, null), (pricing.ModelName("hat-l"), pricing.ModelName("SwinIR-L"), pricing.ModelName("")));
        Assert.Equal(60, pricing.CostCents(JobType.Upscale, 30, "Anime"));
        Assert.Same(options, pricing.Table);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(24, 4)]
    [InlineData(25, 5)]
    public void The_least_price_counts_where_the_table_gives_less(int seconds, long cents) => Assert.Equal(
        cents, new Pricing(Options.Create(new PricingOptions { MinimumCents = 4 })).CostCents(JobType.Framing, seconds));

    private static IReadOnlyList<string> Errors(PricingOptions options)
    {
        var errors = new OptionsErrors("Pricing");
        options.Validate(errors);
        return errors.Messages;
    }
}
