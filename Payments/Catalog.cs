using System.Globalization;

namespace ReelBallers.Payments;

/// <summary>
/// What can be bought: the packs of the configuration (<c>Catalog:Packs:0:Id</c>, <c>:PriceCents</c>, <c>:Credits</c>,
/// <c>:BonusCredits</c>), or the default ones where it names none; and any amount at one credit a cent.
/// </summary>
internal sealed class Catalog
{
    /// <summary>Stripe's own least and most for a payment in US dollars, in cents.</summary>
    public const long MinCents = 50;

    /// <inheritdoc cref="MinCents" />
    public const long MaxCents = 99_999_999;

    public const string Currency = "usd";

    private static readonly Offer[] DefaultPacks =
    [
        new("starter", 500, 500, 0),
        new("pro", 2_000, 2_000, 200),
        new("max", 3_500, 3_500, 700),
    ];

    private Catalog(IReadOnlyList<Offer> packs) => Packs = packs;

    public IReadOnlyList<Offer> Packs { get; }

    /// <exception cref="InvalidOperationException">The configured packs are not a catalog; the message names every mistake.</exception>
    public static Catalog From(IConfiguration configuration)
    {
        var configured = configuration.GetSection("Catalog:Packs").GetChildren().ToList();
        if (configured.Count == 0)
        {
            return new Catalog(DefaultPacks);
        }
        var mistakes = new List<string>();
        var packs = configured.Select(section => Read(section, mistakes)).ToList();
        mistakes.AddRange(packs.GroupBy(pack => pack.PackId).Where(same => same.Count() > 1).Select(same => $"the id '{same.Key}' stands twice"));
        return mistakes.Count == 0
            ? new Catalog(packs)
            : throw new InvalidOperationException($"Catalog:Packs: {string.Join("; ", mistakes)}.");
    }

    /// <summary>The pack of that id; null when there is none.</summary>
    public Offer? Pack(string id) => Packs.FirstOrDefault(pack => pack.PackId == id);

    /// <summary>Credits for any amount; null when it is out of range.</summary>
    public static Offer? ForAmount(long cents) => IsPrice(cents) ? new Offer(null, cents, cents, 0) : null;

    private static bool IsPrice(long cents) => cents is >= MinCents and <= MaxCents;

    private static Offer Read(IConfigurationSection section, List<string> mistakes)
    {
        var id = section["Id"] ?? "";
        if (id.Length is 0 or > 40 || !id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-'))
        {
            mistakes.Add($"{section.Key}:Id must be 1 to 40 of a-z, 0-9, '_' and '-'");
        }
        var price = Number("PriceCents", null, MinCents);
        var credits = Number("Credits", null, 1);
        var bonus = Number("BonusCredits", "0", 0);
        return new Offer(id, price, credits, bonus);

        long Number(string name, string? otherwise, long min)
        {
            if (long.TryParse(section[name] ?? otherwise, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= min && number <= MaxCents)
            {
                return number;
            }
            mistakes.Add($"{section.Key}:{name} must be an integer from {min} to {MaxCents}");
            return min;
        }
    }
}
