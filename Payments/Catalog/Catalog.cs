using Microsoft.Extensions.Options;

namespace ReelBallers.Payments;

/// <summary>What can be bought: packs and, unless it is turned off, any amount within a range at one credit a cent.</summary>
internal sealed class Catalog(IOptions<CatalogOptions> options)
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

    public IReadOnlyList<Offer> Packs { get; } = options.Value.Packs is { Count: > 0 } packs
        ? [.. packs.Select(pack => pack.ToOffer())]
        : DefaultPacks;

    /// <summary>The range of free amounts; both 0 if only packs are sold.</summary>
    public long MinCents { get; } = options.Value.SellsFreeAmounts ? options.Value.MinCents : 0;

    /// <inheritdoc cref="MinCents" />
    public long MaxCents { get; } = options.Value.SellsFreeAmounts ? options.Value.MaxCents : 0;

    /// <summary>The pack of that id; null when there is none.</summary>
    public Offer? Pack(string id) => Packs.FirstOrDefault(pack => pack.PackId == id);

    /// <summary>Credits for any amount; null when it is out of range.</summary>
    public Offer? ForAmount(long cents) =>
        MaxCents > 0 && cents >= MinCents && cents <= MaxCents ? new Offer(null, cents, cents, 0) : null;
}
