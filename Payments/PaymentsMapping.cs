using Google.Protobuf.WellKnownTypes;

namespace ReelBallers.Payments;

/// <summary>Domain → REST and → gRPC, side by side.</summary>
internal static class PaymentsMapping
{
    public static PacksResponse ToResponse(this Catalog catalog) => new(
        Catalog.Currency, Catalog.MinCents, Catalog.MaxCents,
        [.. catalog.Packs.Select(pack => new PackResponse(pack.PackId!, pack.Credits, pack.BonusCredits, pack.PriceCents))]);

    public static TopupStatusResponse ToResponse(this Checkout checkout) => new(
        checkout.SessionId!, checkout.Status.ToText(), checkout.AmountCents, checkout.TotalCredits);

    public static V1.GetCheckoutResponse ToMessage(this Checkout checkout) => new()
    {
        SessionId = checkout.SessionId,
        Status = checkout.Status.ToMessage(),
        AmountCents = checkout.AmountCents,
        Credits = checkout.TotalCredits,
        PaymentIntentId = checkout.PaymentIntentId ?? "",
        CreatedAt = checkout.CreatedAt.ToTimestamp(),
    };

    private static string ToText(this CheckoutStatus status) => status switch
    {
        CheckoutStatus.Open => "open",
        CheckoutStatus.Paid => "paid",
        CheckoutStatus.Expired => "expired",
        CheckoutStatus.Failed => "failed",
        CheckoutStatus.Refunded => "refunded",
        CheckoutStatus.Disputed => "disputed",
    };

    private static V1.CheckoutStatus ToMessage(this CheckoutStatus status) => status switch
    {
        CheckoutStatus.Open => V1.CheckoutStatus.Open,
        CheckoutStatus.Paid => V1.CheckoutStatus.Paid,
        CheckoutStatus.Expired => V1.CheckoutStatus.Expired,
        CheckoutStatus.Failed => V1.CheckoutStatus.Failed,
        CheckoutStatus.Refunded => V1.CheckoutStatus.Refunded,
        CheckoutStatus.Disputed => V1.CheckoutStatus.Disputed,
    };
}
