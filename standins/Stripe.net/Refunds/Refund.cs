using System.Text.Json.Serialization;

namespace Stripe;

public class Refund : StripeEntity, IHasId, IHasObject
{
    public string Id { get; set; } = "";

    public string? Object { get; set; }

    public long Amount { get; set; }

    [JsonIgnore]
    public string? ChargeId
    {
        get => InternalCharge?.Id;
        set => InternalCharge = ExpandableField<Charge>.WithId(InternalCharge, value);
    }

    [JsonIgnore]
    public Charge? Charge
    {
        get => InternalCharge?.ExpandedObject;
        set => InternalCharge = ExpandableField<Charge>.WithObject(value);
    }

    public DateTime Created { get; set; }

    public string? Currency { get; set; }

    public string? FailureReason { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

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

    public string? Reason { get; set; }

    /// <summary><c>pending</c>, <c>requires_action</c>, <c>succeeded</c>, <c>failed</c> or <c>canceled</c>.</summary>
    public string? Status { get; set; }

    [JsonInclude, JsonPropertyName("charge")]
    internal ExpandableField<Charge>? InternalCharge { get; set; }

    [JsonInclude, JsonPropertyName("payment_intent")]
    internal ExpandableField<PaymentIntent>? InternalPaymentIntent { get; set; }
}
