using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

internal static class StripeAddress
{
    private static readonly string[] Fields = ["city", "country", "line1", "line2", "postal_code", "state"];

    public static JsonObject Empty() => new(Fields.Select(field => KeyValuePair.Create(field, (JsonNode?)null)));

    public static JsonObject? Read(StripeParams? address)
    {
        address?.Allow(Fields);
        return address is null ? null : new(Fields.Select(field => KeyValuePair.Create(field, (JsonNode?)address.Text(field))));
    }
}
