using System.Text.Json.Serialization;

namespace Stripe.Checkout;

public class Session : StripeEntity, IHasId, IHasObject
{
    public string Id { get; set; } = "";

    public string? Object { get; set; }

    /// <summary>In the currency's smallest unit, after discounts and taxes.</summary>
    public long? AmountTotal { get; set; }

    public string? ClientReferenceId { get; set; }

    public DateTime Created { get; set; }

    /// <summary>ISO 4217, lower case.</summary>
    public string? Currency { get; set; }

    [JsonIgnore]
    public string? CustomerId
    {
        get => InternalCustomer?.Id;
        set => InternalCustomer = ExpandableField<Customer>.WithId(InternalCustomer, value);
    }

    [JsonIgnore]
    public Customer? Customer
    {
        get => InternalCustomer?.ExpandedObject;
        set => InternalCustomer = ExpandableField<Customer>.WithObject(value);
    }

    public SessionCustomerDetails? CustomerDetails { get; set; }

    public DateTime ExpiresAt { get; set; }

    public bool Livemode { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? Mode { get; set; }

    /// <summary>Null until the session is completed.</summary>
    [JsonIgnore]
    public string? PaymentIntentId
    {
        get => InternalPaymentIntent?.Id;
        set => InternalPaymentIntent = ExpandableField<PaymentIntent>.WithId(InternalPaymentIntent, value);
    }

    [JsonIgnore]
    public PaymentIntent? PaymentIntent
    {
        get => InternalPaymentIntent?.ExpandedObject;
        set => InternalPaymentIntent = ExpandableField<PaymentIntent>.WithObject(value);
    }

    /// <summary><c>paid</c>, <c>unpaid</c> or <c>no_payment_required</c>.</summary>
    public string? PaymentStatus { get; set; }

    /// <summary><c>open</c>, <c>complete</c> or <c>expired</c>.</summary>
    public string? Status { get; set; }

    public string? SuccessUrl { get; set; }

    /// <summary>The hosted page; null unless the session is open.</summary>
    public string? Url { get; set; }

    [JsonInclude, JsonPropertyName("customer")]
    internal ExpandableField<Customer>? InternalCustomer { get; set; }

    [JsonInclude, JsonPropertyName("payment_intent")]
    internal ExpandableField<PaymentIntent>? InternalPaymentIntent { get; set; }
}

public class SessionCustomerDetails : StripeEntity
{
    public string? Email { get; set; }

    public string? Name { get; set; }
}
