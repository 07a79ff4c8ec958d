using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

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
    public void Any_table_of_packs_can_be_configured()
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

        var mistake = Assert.Throws<OptionsValidationException>(() => Read([.. settings.Select(pair => ($"0:{pair.Key}", pair.Value))]));

        Assert.Contains($"0:{key}", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_duplicate_pack_id_is_rejected()
    {
        var mistake = Assert.Throws<OptionsValidationException>(() => Read(
            ("0:Id", "a"), ("0:PriceCents", "500"), ("0:Credits", "500"),
            ("1:Id", "a"), ("1:PriceCents", "600"), ("1:Credits", "600")));

        Assert.Equal(["Catalog:Packs:1:Id is 'a', the id of another pack. Set it to a different id."], mistake.Failures);
    }

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, true)]
    [InlineData(99_999_999, true)]
    [InlineData(100_000_000, false)]
    [InlineData(long.MinValue, false)]
    public void A_free_amount_is_within_its_range_at_one_credit_a_cent(long cents, bool isSold)
    {
        Assert.Equal(isSold ? new Offer(null, cents, cents, 0) : null, Read().ForAmount(cents));
    }

    [Theory]
    [InlineData("500,100;2000,500;3500,1000")]
    [InlineData("500,10;2000,50;3500,100")]
    public void Packs_can_be_configured_without_free_amounts(string table)
    {
        var rows = table.Split(';').Select(row => row.Split(',')).ToList();
        var catalog = ReadAll([
            ("Catalog:FreeAmounts", "off"),
            .. rows.SelectMany((row, index) => new[]
            {
                ($"Catalog:Packs:{index}:Id", $"pack-{index}"), ($"Catalog:Packs:{index}:PriceCents", row[0]),
                ($"Catalog:Packs:{index}:Credits", row[1]),
            }),
        ]);

        Assert.Equal(rows.Select(row => $"{row[0]},{row[1]}"), catalog.Packs.Select(pack => $"{pack.PriceCents},{pack.Credits}"));
        Assert.Equal((0, 0, null, null), (catalog.MinCents, catalog.MaxCents, catalog.ForAmount(500), catalog.ForAmount(0)));
    }

    [Fact]
    public void The_range_of_free_amounts_can_be_narrowed()
    {
        var catalog = ReadAll([("Catalog:MinCents", "500"), ("Catalog:MaxCents", "10000")]);

        Assert.Equal((null, 500, 10_000, null),
            (catalog.ForAmount(499), catalog.ForAmount(500)!.Credits, catalog.ForAmount(10_000)!.Credits, catalog.ForAmount(10_001)));
    }

    [Theory]
    [InlineData("FreeAmounts", "yes", "FreeAmounts")]
    [InlineData("MinCents", "49", "MinCents")]
    [InlineData("MaxCents", "100000000", "MaxCents")]
    [InlineData("MinCents", "99999999999", "MinCents")]
    [InlineData("MaxCents", "40", "MaxCents")]
    public void A_mistake_in_the_free_amounts_is_named(string key, string value, string named)
    {
        var mistake = Assert.Throws<OptionsValidationException>(() => ReadAll([($"Catalog:{key}", value)]));

        Assert.Contains(named, mistake.Message, StringComparison.Ordinal);
    }

    private static Catalog Read(params (string Key, string Value)[] packs) =>
        ReadAll([.. packs.Select(setting => ($"Catalog:Packs:{setting.Key}", setting.Value))]);

    private static Catalog ReadAll((string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build());
        services.AddValidatedOptions<CatalogOptions>("Catalog");
        services.AddSingleton<Catalog>();
        return services.BuildServiceProvider().GetRequiredService<Catalog>();
    }
}
