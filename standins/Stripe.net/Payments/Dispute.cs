using System.Text.Json.Serialization;

namespace Stripe;

public class Dispute : StripeEntity, IHasId, IHasObject
{
    public string Id { get; set; } = "";

    public string? Object { get; set; }

    public long Amount { get; set; }

    /// <summary>What moved for it: the withdrawal, and the reinstatement when it was won.</summary>
    public List<BalanceTransaction> BalanceTransactions { get; set; } = [];

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

    public bool IsChargeRefundable { get; set; }

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

    /// <summary>
    /// <c>warning_needs_response</c>, <c>warning_under_review</c>, <c>warning_closed</c> (inquiries: no money moves),
    /// <c>needs_response</c>, <c>under_review</c>, <c>won</c>, <c>lost</c> or <c>prevented</c>.
    /// </summary>
    public string? Status { get; set; }

    [JsonInclude, JsonPropertyName("charge")]
    internal ExpandableField<Charge>? InternalCharge { get; set; }

    [JsonInclude, JsonPropertyName("payment_intent")]
    internal ExpandableField<PaymentIntent>? InternalPaymentIntent { get; set; }
}

public class BalanceTransaction : StripeEntity, IHasId, IHasObject
{
    public string Id { get; set; } = "";

    public string? Object { get; set; }

    public long Amount { get; set; }

    public string? Currency { get; set; }

    public long Fee { get; set; }

    public long Net { get; set; }

    public string? Type { get; set; }
}
