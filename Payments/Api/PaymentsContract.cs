using System.Text.Json.Serialization;

namespace ReelBallers.Payments;

/// <summary>Answer of GET /api/packs.</summary>
internal sealed record PacksResponse(string Currency, long MinCents, long MaxCents, IReadOnlyList<PackResponse> Packs);

/// <summary>A pack; the price is paid, the credits and bonus credits are received.</summary>
internal sealed record PackResponse(string Id, long Credits, long BonusCredits, long PriceCents)
{
    /// <summary>Access that comes with it; missing for a pack that grants none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PackGrantResponse>? Grants { get; init; }
}

/// <summary>Body of POST /api/topup: exactly one of the first two; the last with a pack that grants access.</summary>
internal sealed record TopupRequest(
    long? AmountCents = null, string? Pack = null, bool? SaveCard = null, string? AccessUsername = null);

/// <summary>Answer of POST /api/topup.</summary>
internal sealed record TopupResponse(string CheckoutUrl, string SessionId)
{
    /// <summary>Without the URL: who has it can pay.</summary>
    public override string ToString() => $"{nameof(TopupResponse)} {SessionId}";
}

/// <summary>
/// Answer of GET /api/topup/{session_id}; the credits include the bonus. The grants are there once it is paid.
/// </summary>
internal sealed record TopupStatusResponse(
    string SessionId, string Status, long AmountCents, long Credits, long DiscountCents, long TaxCents, string? ReceiptUrl,
    string? InvoiceUrl, string? AccessUsername, IReadOnlyList<TopupGrantResponse> Grants)
{
    /// <summary>Without the URLs: who has them can read the receipt.</summary>
    public override string ToString() => $"{nameof(TopupStatusResponse)} {SessionId} {Status}";
}

/// <summary>Answer of GET /api/topup/{session_id}/receipt.</summary>
internal sealed record ReceiptResponse(string Url)
{
    /// <summary>Without the URL: who has it can read the receipt.</summary>
    public override string ToString() => nameof(ReceiptResponse);
}

/// <summary>Answer of the webhook.</summary>
internal sealed record WebhookResponse(bool Received);
