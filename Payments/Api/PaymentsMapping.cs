using Google.Protobuf.WellKnownTypes;

namespace ReelBallers.Payments;

/// <summary>Mapping from the domain to REST and gRPC.</summary>
internal static class PaymentsMapping
{
    public static PacksResponse ToResponse(this Catalog catalog) => new(
        Catalog.Currency, catalog.MinCents, catalog.MaxCents,
        [.. catalog.Packs.Select(pack => new PackResponse(pack.PackId!, pack.Credits, pack.BonusCredits, pack.PriceCents)
        {
            Grants = pack.Grants.Count == 0
                ? null : [.. pack.Grants.Select(grant => new PackGrantResponse(grant.Name, grant.DurationDays))],
        })]);

    public static TopupStatusResponse ToResponse(this Checkout checkout, IEnumerable<AccessGrant> grants, DateTimeOffset now) => new(
        checkout.SessionId ?? checkout.PaymentIntentId!, checkout.Status.ToText(), checkout.AmountCents, checkout.TotalCredits,
        checkout.DiscountCents, checkout.TaxCents, checkout.ReceiptUrl, checkout.InvoiceUrl, checkout.AccessUsername,
        [.. grants.Select(grant => grant.ToTopupResponse(now))]);

    public static V1.GetCheckoutResponse ToMessage(this Checkout checkout) => new()
    {
        SessionId = checkout.SessionId ?? "",
        Status = checkout.Status.ToMessage(),
        AmountCents = checkout.AmountCents,
        Credits = checkout.TotalCredits,
        PaymentIntentId = checkout.PaymentIntentId ?? "",
        CreatedAt = checkout.CreatedAt.ToTimestamp(),
        RefundedCents = checkout.RefundedCents,
        DisputedCents = checkout.DisputedCents,
    };

    public static V1.Payment ToPayment(this Checkout checkout) => new()
    {
        UserId = checkout.UserId.ToString(),
        SessionId = checkout.SessionId ?? "",
        PaymentIntentId = checkout.PaymentIntentId ?? "",
        PackId = checkout.PackId ?? "",
        Automatic = checkout.Source == PurchaseSource.AutoTopup,
        Status = checkout.Status.ToMessage(),
        AmountCents = checkout.AmountCents,
        PaidCents = checkout.CreditedAt is null ? 0 : checkout.RefundableCents,
        DiscountCents = checkout.DiscountCents,
        TaxCents = checkout.TaxCents,
        Credits = checkout.Credits,
        BonusCredits = checkout.BonusCredits,
        RefundedCents = checkout.RefundedCents,
        DisputedCents = checkout.DisputedCents,
        CreatedAt = checkout.CreatedAt.ToTimestamp(),
        CreditedAt = checkout.CreditedAt?.ToTimestamp(),
    };

    public static V1.DeadEvent ToMessage(this StoredEvent stored) => new()
    {
        EventId = stored.Id,
        Type = stored.Type,
        Outcome = stored.Outcome ?? "",
        Error = stored.Error ?? "",
        Attempts = stored.Attempts,
        ReceivedAt = stored.ReceivedAt.ToTimestamp(),
    };

    /// <param name="payment">What happened.</param>
    /// <param name="checkout">What was bought; null when it is not known.</param>
    public static V1.PaymentEvent ToMessage(this PaymentEvent payment, Checkout? checkout) => new()
    {
        Sequence = payment.Sequence,
        Type = payment.Type.ToMessage(),
        UserId = payment.UserId.ToString(),
        SessionId = payment.SessionId,
        PaymentIntentId = payment.PaymentIntentId,
        Reference = payment.Reference,
        AmountCents = payment.AmountCents,
        Credits = payment.Credits,
        CreatedAt = payment.CreatedAt.ToTimestamp(),
        Currency = Catalog.Currency,
        ReceiptUrl = payment.Type == PaymentEventType.Credited ? checkout?.ReceiptUrl ?? "" : "",
        PackId = checkout?.PackId ?? "",
        AccessNames = { OfferedGrants.Parse(checkout?.Grants).Select(grant => grant.Name) },
    };

    public static V1.ReconcileResponse ToMessage(this ReconciliationReport report) => new()
    {
        Sessions = report.Sessions,
        Refunds = report.Refunds,
        Disputes = report.Disputes,
        Events = report.Events,
        Commands = report.Commands,
        IncompleteSteps = { report.IncompleteSteps },
    };

    public static V1.ParkedItem ToMessage(this ParkedItem item) => new()
    {
        Kind = item.Kind.ToMessage(),
        Id = item.Id,
        Reason = item.Reason,
        Detail = item.Detail ?? "",
        Attempts = item.Attempts,
        ParkedAt = item.ParkedAt.ToTimestamp(),
        NextAttemptAt = item.NextAttemptAt?.ToTimestamp(),
    };

    /// <summary>Null for a kind that is not known.</summary>
    public static ParkedKind? ToKind(this V1.ParkedItemKind kind) => kind switch
    {
        V1.ParkedItemKind.Session => ParkedKind.Session,
        V1.ParkedItemKind.Payment => ParkedKind.Payment,
        V1.ParkedItemKind.WalletCommand => ParkedKind.WalletCommand,
        V1.ParkedItemKind.OperatorRefund => ParkedKind.OperatorRefund,
        V1.ParkedItemKind.AutoTopup => ParkedKind.AutoTopup,
        _ => null,
    };

    private static V1.ParkedItemKind ToMessage(this ParkedKind kind) => kind switch
    {
        ParkedKind.Session => V1.ParkedItemKind.Session,
        ParkedKind.Payment => V1.ParkedItemKind.Payment,
        ParkedKind.WalletCommand => V1.ParkedItemKind.WalletCommand,
        ParkedKind.OperatorRefund => V1.ParkedItemKind.OperatorRefund,
        ParkedKind.AutoTopup => V1.ParkedItemKind.AutoTopup,
    };

    private static V1.PaymentEventType ToMessage(this PaymentEventType type) => type switch
    {
        PaymentEventType.Credited => V1.PaymentEventType.Credited,
        PaymentEventType.Refunded => V1.PaymentEventType.Refunded,
        PaymentEventType.RefundFailed => V1.PaymentEventType.RefundFailed,
        PaymentEventType.Disputed => V1.PaymentEventType.Disputed,
        PaymentEventType.DisputeWon => V1.PaymentEventType.DisputeWon,
        PaymentEventType.DisputeLost => V1.PaymentEventType.DisputeLost,
        PaymentEventType.AutoTopupStopped => V1.PaymentEventType.AutoTopupStopped,
        PaymentEventType.AutoTopupActionRequired => V1.PaymentEventType.AutoTopupActionRequired,
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
