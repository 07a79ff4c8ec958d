namespace ReelBallers.Payments;

/// <summary>A checkout to be started.</summary>
/// <param name="CheckoutId">Its id: with the same one, an interrupted attempt is continued.</param>
/// <param name="UserId">Who buys.</param>
/// <param name="Offer">What is bought.</param>
internal sealed record CheckoutRequest(Guid CheckoutId, Guid UserId, Offer Offer)
{
    /// <inheritdoc cref="Checkout.ClientAddress" />
    public string? ClientAddress { get; init; }

    /// <inheritdoc cref="Checkout.SavesCard" />
    public bool SavesCard { get; init; }

    /// <inheritdoc cref="Checkout.AccessUsername" />
    public string? AccessUsername { get; init; }

    /// <summary>Whether a recent open checkout of the same offer may be returned instead of a new one.</summary>
    public bool MayReuse { get; init; } = true;
}
