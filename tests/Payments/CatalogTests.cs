using Microsoft.Extensions.Configuration;

namespace ReelBallers.Payments.Tests;

public class CatalogTests
{
    [Fact]
    public void Without_configuration_there_are_the_default_packs()
    {
        Assert.Equal(
            [new Offer("starter", 500, 500, 0), new Offer("pro", 2_000, 2_000, 200), new Offer("max", 3_500, 3_500, 700)],
            Read().Packs);
    }

    [Fact]
    public void Configuration_can_express_any_table()
    {
        var catalog = Read(
            ("0:Id", "small"), ("0:PriceCents", "500"), ("0:Credits", "100"),
            ("1:Id", "large"), ("1:PriceCents", "3500"), ("1:Credits", "1000"), ("1:BonusCredits", "50"));

        Assert.Equal([new Offer("small", 500, 100, 0), new Offer("large", 3_500, 1_000, 50)], catalog.Packs);
        Assert.Equal(50, catalog.Pack("large")!.BonusCredits);
        Assert.Null(catalog.Pack("pro"));
    }

    [Theory]
    [InlineData("Id", "")]
    [InlineData("Id", "With Space")]
    [InlineData("PriceCents", "49")]
    [InlineData("PriceCents", "100000000")]
    [InlineData("PriceCents", "5.00")]
    [InlineData("PriceCents", "-500")]
    [InlineData("Credits", "0")]
    [InlineData("Credits", "many")]
    [InlineData("BonusCredits", "-1")]
    public void A_mistake_is_named(string key, string value)
    {
        var settings = new Dictionary<string, string> { ["Id"] = "a", ["PriceCents"] = "500", ["Credits"] = "500", [key] = value };

        var mistake = Assert.Throws<InvalidOperationException>(() => Read([.. settings.Select(pair => ($"0:{pair.Key}", pair.Value))]));

        Assert.Contains($"0:{key}", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_stands_once()
    {
        Assert.Throws<InvalidOperationException>(() => Read(
            ("0:Id", "a"), ("0:PriceCents", "500"), ("0:Credits", "500"),
            ("1:Id", "a"), ("1:PriceCents", "600"), ("1:Credits", "600")));
    }

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, true)]
    [InlineData(99_999_999, true)]
    [InlineData(100_000_000, false)]
    [InlineData(long.MinValue, false)]
    public void A_free_amount_is_within_its_range_at_one_credit_a_cent(long cents, bool isSold)
    {
        Assert.Equal(isSold ? new Offer(null, cents, cents, 0) : null, Catalog.ForAmount(cents));
    }

    [Theory]
    [InlineData("Stripe:SecretKey", "")]
    [InlineData("Stripe:WebhookSecret", null)]
    [InlineData("App:Url", "ftp://example.com")]
    [InlineData("App:Url", "example.com")]
    [InlineData("App:Url", "https://example.com/?a=b")]
    [InlineData("Stripe:ApiBase", "localhost:12111")]
    public void A_setting_that_cannot_work_ends_the_start_and_no_secret_is_told(string key, string? value)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Stripe:SecretKey"] = "sk_test_secret",
            ["Stripe:WebhookSecret"] = "whsec_secret",
            [key] = value,
        };

        var mistake = Assert.Throws<InvalidOperationException>(
            () => PaymentsOptions.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));

        Assert.Contains(key, mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", mistake.Message.Replace(key, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static Catalog Read(params (string Key, string Value)[] settings) => Catalog.From(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>($"Catalog:Packs:{setting.Key}", setting.Value)))
        .Build());
}
