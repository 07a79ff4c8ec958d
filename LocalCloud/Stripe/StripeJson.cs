using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Stripe's objects are stored as the JSON documents of the wire.</summary>
internal static class StripeJson
{
    /// <summary>The member for internal data, which is never sent.</summary>
    public const string Hidden = "_local";

    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The two-space JSON that Stripe writes.</summary>
    public static string Print(JsonNode node) => node.ToJsonString(Pretty);

    /// <summary>A copy of a document as the wire shows it.</summary>
    public static JsonObject Shown(this JsonObject document)
    {
        var copy = (JsonObject)document.DeepClone();
        copy.Remove(Hidden);
        return copy;
    }

    /// <summary>For <c>previous_attributes</c>: the fields that differ now, as they were.</summary>
    public static JsonObject Changed(JsonObject before, JsonObject now) =>
        new(before.Where(field => !JsonNode.DeepEquals(field.Value, now[field.Key]))
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

    public static JsonObject HiddenPart(this JsonObject document)
    {
        if (document[Hidden] is not JsonObject hidden)
        {
            document[Hidden] = hidden = [];
        }

        return hidden;
    }

    public static string Id(this JsonObject document) => document.Text("id")!;

    public static string? Text(this JsonObject document, string field) => (string?)document[field];

    public static long Number(this JsonObject document, string field) =>
        document[field]!.AsValue() is var value && value.TryGetValue(out long number) ? number : value.GetValue<int>();

    public static bool Flag(this JsonObject document, string field) => document[field] is { } value && (bool)value;

    public static JsonObject ToJson(this IEnumerable<KeyValuePair<string, string>> metadata) =>
        new(metadata.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
}
