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
    private const int MaxGrants = 10;

    public string Id { get; init; } = "";

    public long PriceCents { get; init; }

    /// <summary>The credits bought; 0 is allowed for a pack that grants access.</summary>
    public long Credits { get; init; }

    /// <summary>The credits added for free.</summary>
    public long BonusCredits { get; init; }

    /// <summary>Access to an outside system that is given besides the credits.</summary>
    public List<GrantOptions> Grants { get; init; } = [];

    public Offer ToOffer() => new(Id, PriceCents, Credits, BonusCredits)
    {
        // An array: offers without grants are equal.
        Grants = Grants.Select(grant => new OfferedGrant(
            grant.Product, grant.Name.Length > 0 ? grant.Name : grant.Product, grant.DurationDays)).ToArray(),
    };

    public void Validate(string name, OptionsErrors errors)
    {
        if (Id.Length is 0 or > MaxIdLength
            || !Id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-'))
        {
            errors.Add($"{name}:{nameof(Id)}", $"is '{Id}'. Set it to 1 to {MaxIdLength} characters of a-z, 0-9, '_' and '-'.");
        }
        errors.Range($"{name}:{nameof(PriceCents)}", PriceCents, Catalog.StripeMinCents, Catalog.StripeMaxCents);
        errors.Range($"{name}:{nameof(Credits)}", Credits, Grants.Count > 0 ? 0 : 1, Catalog.StripeMaxCents);
        errors.Range($"{name}:{nameof(BonusCredits)}", BonusCredits, 0, Credits == 0 ? 0 : Catalog.StripeMaxCents);
        if (Grants.Count > MaxGrants)
        {
            errors.Add($"{name}:{nameof(Grants)}", $"has {Grants.Count} entries. Set at most {MaxGrants}.");
        }
        foreach (var (index, grant) in Grants.Index())
        {
            grant.Validate($"{name}:{nameof(Grants)}:{index}", errors);
            if (Grants.Take(index).Any(other => other.Product == grant.Product))
            {
                errors.Add(
                    $"{name}:{nameof(Grants)}:{index}:{nameof(GrantOptions.Product)}",
                    $"is '{grant.Product}', which the pack grants already. Set it to another product.");
            }
        }
    }
}

/// <summary>Access that a pack grants: <c>Catalog:Packs:0:Grants:0</c> and so on.</summary>
internal sealed class GrantOptions
{
    /// <summary>The longest product and name.</summary>
    public const int MaxLength = 100;

    private const int MaxDurationDays = 3_650;

    /// <inheritdoc cref="OfferedGrant.Product" />
    public string Product { get; init; } = "";

    /// <summary>What buyers call it; empty: as <see cref="Product"/>.</summary>
    public string Name { get; init; } = "";

    /// <inheritdoc cref="OfferedGrant.DurationDays" />
    public int? DurationDays { get; init; }

    public void Validate(string name, OptionsErrors errors)
    {
        if (Product.Length is 0 or > MaxLength || !Product.All(letter => letter is > ' ' and <= '~'))
        {
            errors.Add($"{name}:{nameof(Product)}", $"is '{Product}'. Set it to 1 to {MaxLength} ASCII characters without spaces.");
        }
        if (Name.Length > MaxLength || Name.Any(char.IsControl))
        {
            errors.Add($"{name}:{nameof(Name)}", $"is '{Name}'. Set it to at most {MaxLength} characters.");
        }
        errors.Range($"{name}:{nameof(DurationDays)}", DurationDays ?? 1, 1, MaxDurationDays);
    }
}
