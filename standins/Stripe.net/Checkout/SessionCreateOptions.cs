namespace Stripe.Checkout;

public class SessionCreateOptions : BaseOptions
{
    public string? CancelUrl { get; set; }

    public string? ClientReferenceId { get; set; }

    public string? Customer { get; set; }

    public string? CustomerEmail { get; set; }

    public DateTime? ExpiresAt { get; set; }

    public List<SessionLineItemOptions>? LineItems { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? Mode { get; set; }

    public SessionPaymentIntentDataOptions? PaymentIntentData { get; set; }

    public List<string>? PaymentMethodTypes { get; set; }

    public string? SubmitType { get; set; }

    /// <summary><c>{CHECKOUT_SESSION_ID}</c> in it becomes the session's id.</summary>
    public string? SuccessUrl { get; set; }
}

public class SessionLineItemOptions
{
    public SessionLineItemPriceDataOptions? PriceData { get; set; }

    public long? Quantity { get; set; }
}

public class SessionLineItemPriceDataOptions
{
    public string? Currency { get; set; }

    public SessionLineItemPriceDataProductDataOptions? ProductData { get; set; }

    public long? UnitAmount { get; set; }
}

public class SessionLineItemPriceDataProductDataOptions
{
    public string? Description { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? Name { get; set; }
}

public class SessionPaymentIntentDataOptions
{
    public string? Description { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? ReceiptEmail { get; set; }
}
