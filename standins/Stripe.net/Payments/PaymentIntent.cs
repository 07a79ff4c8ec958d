using System.Text.Json.Serialization;

namespace Stripe;

public class PaymentIntent : StripeEntity, IHasId, IHasObject
{
    public string Id { get; set; } = "";

    public string? Object { get; set; }

    public long Amount { get; set; }

    public long AmountReceived { get; set; }

    public DateTime Created { get; set; }

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

    public StripeError? LastPaymentError { get; set; }

    [JsonIgnore]
    public string? LatestChargeId
    {
        get => InternalLatestCharge?.Id;
        set => InternalLatestCharge = ExpandableField<Charge>.WithId(InternalLatestCharge, value);
    }

    [JsonIgnore]
    public Charge? LatestCharge
    {
        get => InternalLatestCharge?.ExpandedObject;
        set => InternalLatestCharge = ExpandableField<Charge>.WithObject(value);
    }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? ReceiptEmail { get; set; }

    /// <summary>
    /// <c>requires_payment_method</c>, <c>requires_confirmation</c>, <c>requires_action</c>, <c>processing</c>,
    /// <c>requires_capture</c>, <c>canceled</c> or <c>succeeded</c>.
    /// </summary>
    public string? Status { get; set; }

    [JsonInclude, JsonPropertyName("customer")]
    internal ExpandableField<Customer>? InternalCustomer { get; set; }

    [JsonInclude, JsonPropertyName("latest_charge")]
    internal ExpandableField<Charge>? InternalLatestCharge { get; set; }
}
