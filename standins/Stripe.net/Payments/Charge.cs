using System.Text.Json.Serialization;

namespace Stripe;

public class Charge : StripeEntity, IHasId, IHasObject
{
    public string Id { get; set; } = "";

    public string? Object { get; set; }

    public long Amount { get; set; }

    public long AmountCaptured { get; set; }

    /// <summary>All refunds so far.</summary>
    public long AmountRefunded { get; set; }

    public DateTime Created { get; set; }

    public string? Currency { get; set; }

    public bool Disputed { get; set; }

    public string? FailureCode { get; set; }

    public string? FailureMessage { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public bool Paid { get; set; }

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

    /// <summary>True when the whole charge is refunded.</summary>
    public bool Refunded { get; set; }

    /// <summary>Null unless it was asked to be expanded.</summary>
    public StripeList<Refund>? Refunds { get; set; }

    public string? Status { get; set; }

    [JsonInclude, JsonPropertyName("payment_intent")]
    internal ExpandableField<PaymentIntent>? InternalPaymentIntent { get; set; }
}
