using System.Globalization;

namespace ReelBallers.Payments;

/// <summary>
/// What can be bought: the packs of the configuration (<c>Catalog:Packs:0:Id</c>, <c>:PriceCents</c>, <c>:Credits</c>,
/// <c>:BonusCredits</c>), or the default packs if it has none; and, unless <c>Catalog:FreeAmounts</c> is <c>off</c>, any
/// amount from <c>Catalog:MinCents</c> to <c>Catalog:MaxCents</c> at one credit a cent.
/// </summary>
internal sealed class Catalog
{
    /// <summary>Stripe's own minimum and maximum for a payment in US dollars, in cents.</summary>
    public const long StripeMinCents = 50;

    /// <inheritdoc cref="StripeMinCents" />
    public const long StripeMaxCents = 99_999_999;

    public const string Currency = "usd";

    private static readonly Offer[] DefaultPacks =
    [
        new("starter", 500, 500, 0),
        new("pro", 2_000, 2_000, 200),
        new("max", 3_500, 3_500, 700),
    ];

    private Catalog(IReadOnlyList<Offer> packs, long minCents, long maxCents) => (Packs, MinCents, MaxCents) = (packs, minCents, maxCents);

    public IReadOnlyList<Offer> Packs { get; }

    /// <summary>The range of free amounts; both 0 if only packs are sold.</summary>
    public long MinCents { get; }

    /// <inheritdoc cref="MinCents" />
    public long MaxCents { get; }

    /// <exception cref="InvalidOperationException">The configured packs are invalid; the message lists every error.</exception>
    public static Catalog From(IConfiguration configuration)
    {
        var configured = configuration.GetSection("Catalog:Packs").GetChildren().ToList();
        var mistakes = new List<string>();
        var (min, max) = FreeAmounts(configuration.GetSection("Catalog"), mistakes);
        var packs = configured.Select(section => Read(section, mistakes)).ToList();
        mistakes.AddRange(packs.GroupBy(pack => pack.PackId)
            .Where(same => same.Count() > 1).Select(same => $"the id '{same.Key}' is used twice"));
        return mistakes.Count == 0
            ? new Catalog(packs.Count == 0 ? DefaultPacks : packs, min, max)
            : throw new InvalidOperationException($"Catalog: {string.Join("; ", mistakes)}.");
    }

    /// <summary>The pack of that id; null when there is none.</summary>
    public Offer? Pack(string id) => Packs.FirstOrDefault(pack => pack.PackId == id);

    /// <summary>Credits for any amount; null when it is out of range.</summary>
    public Offer? ForAmount(long cents) =>
        MaxCents > 0 && cents >= MinCents && cents <= MaxCents ? new Offer(null, cents, cents, 0) : null;

    private static (long Min, long Max) FreeAmounts(IConfigurationSection section, List<string> mistakes)
    {
        if (section["FreeAmounts"] is { Length: > 0 } mode && mode != "on")
        {
            if (mode != "off")
            {
                mistakes.Add("FreeAmounts must be on or off");
            }
            return (0, 0);
        }
        var min = Number(section, "MinCents", StripeMinCents, StripeMinCents, mistakes);
        var max = Number(section, "MaxCents", StripeMaxCents, StripeMinCents, mistakes);
        if (min > max)
        {
            mistakes.Add("MinCents must not be above MaxCents");
        }
        return (min, max);
    }

    private static Offer Read(IConfigurationSection section, List<string> mistakes)
    {
        var id = section["Id"] ?? "";
        if (id.Length is 0 or > 40 || !id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter)
            || letter is '_' or '-'))
        {
            mistakes.Add($"Packs:{section.Key}:Id must be 1 to 40 of a-z, 0-9, '_' and '-'");
        }
        var price = Number(section, "PriceCents", null, StripeMinCents, mistakes);
        var credits = Number(section, "Credits", null, 1, mistakes);
        var bonus = Number(section, "BonusCredits", 0, 0, mistakes);
        return new Offer(id, price, credits, bonus);
    }

    private static long Number(IConfigurationSection section, string name, long? otherwise, long min, List<string> mistakes)
    {
        if (section[name] is not { Length: > 0 } && otherwise is { } known)
        {
            return known;
        }
        if (long.TryParse(section[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min
            && number <= StripeMaxCents)
        {
            return number;
        }
        var key = $"{section.Path["Catalog".Length..]}:{name}".TrimStart(':');
        mistakes.Add($"{key} must be an integer from {min} to {StripeMaxCents}");
        return min;
    }
}
