using System.Text.Json;
using System.Text.Json.Serialization;
using Stripe.Checkout;

namespace Stripe;

public class Event : StripeEntity, IHasId, IHasObject
{
    public string Id { get; set; } = "";

    public string? Object { get; set; }

    public string? ApiVersion { get; set; }

    public DateTime Created { get; set; }

    public EventData? Data { get; set; }

    public bool Livemode { get; set; }

    public long PendingWebhooks { get; set; }

    public EventRequest? Request { get; set; }

    public string Type { get; set; } = "";
}

public class EventData : StripeEntity
{
    /// <summary>The object as it was at the time, by its <c>object</c> field; null for a type that is not known here.</summary>
    [JsonConverter(typeof(EventObjectConverter))]
    public IHasObject? Object { get; set; }
}

public class EventRequest : StripeEntity
{
    public string? Id { get; set; }

    public string? IdempotencyKey { get; set; }
}

internal sealed class EventObjectConverter : JsonConverter<IHasObject>
{
    public override IHasObject? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("object", out var name)
            || name.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        return name.GetString() switch
        {
            "checkout.session" => element.Deserialize<Session>(options),
            "payment_intent" => element.Deserialize<PaymentIntent>(options),
            "charge" => element.Deserialize<Charge>(options),
            "refund" => element.Deserialize<Refund>(options),
            "dispute" => element.Deserialize<Dispute>(options),
            "customer" => element.Deserialize<Customer>(options),
            _ => null,
        };
    }

    public override void Write(Utf8JsonWriter writer, IHasObject value, JsonSerializerOptions options)
    {
        JsonSerializer.Serialize(writer, value, value.GetType(), options);
    }
}
