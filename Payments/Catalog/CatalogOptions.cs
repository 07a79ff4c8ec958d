using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>What is sold: section <c>Catalog</c>.</summary>
internal sealed class CatalogOptions : IValidatedOptions
{
    /// <summary><c>on</c>: any amount within the range is sold at one credit a cent. <c>off</c>: only packs are sold.</summary>
    public string FreeAmounts { get; init; } = "on";

    public long MinCents { get; init; } = Catalog.StripeMinCents;

    public long MaxCents { get; init; } = Catalog.StripeMaxCents;

    /// <summary>The packs; empty for the default packs.</summary>
    public List<PackOptions> Packs { get; init; } = [];

    public bool SellsFreeAmounts => FreeAmounts == "on";

    public void Validate(OptionsErrors errors)
    {
        errors.OneOf(nameof(FreeAmounts), FreeAmounts, "on", "off");
        if (SellsFreeAmounts)
        {
            errors.Range(nameof(MinCents), MinCents, Catalog.StripeMinCents, Catalog.StripeMaxCents);
            errors.Range(nameof(MaxCents), MaxCents, Math.Clamp(MinCents, Catalog.StripeMinCents, Catalog.StripeMaxCents),
                Catalog.StripeMaxCents);
        }
        foreach (var (index, pack) in Packs.Index())
        {
            pack.Validate($"{nameof(Packs)}:{index}", errors);
            if (Packs.Take(index).Any(other => other.Id == pack.Id))
            {
                errors.Add(
                    $"{nameof(Packs)}:{index}:{nameof(PackOptions.Id)}",
                    $"is '{pack.Id}', the id of another pack. Set it to a different id.");
            }
        }
    }
}

/// <summary>A pack: <c>Catalog:Packs:0</c> and so on.</summary>
internal sealed class PackOptions
{
    private const int MaxIdLength = 40;

    public string Id { get; init; } = "";

    public long PriceCents { get; init; }

    /// <summary>The credits bought.</summary>
    public long Credits { get; init; }

    /// <summary>The credits added for free.</summary>
    public long BonusCredits { get; init; }

    public void Validate(string name, OptionsErrors errors)
    {
        if (Id.Length is 0 or > MaxIdLength
            || !Id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-'))
        {
            errors.Add($"{name}:{nameof(Id)}", $"is '{Id}'. Set it to 1 to {MaxIdLength} characters of a-z, 0-9, '_' and '-'.");
        }
        errors.Range($"{name}:{nameof(PriceCents)}", PriceCents, Catalog.StripeMinCents, Catalog.StripeMaxCents);
        errors.Range($"{name}:{nameof(Credits)}", Credits, 1, Catalog.StripeMaxCents);
        errors.Range($"{name}:{nameof(BonusCredits)}", BonusCredits, 0, Catalog.StripeMaxCents);
    }
}
