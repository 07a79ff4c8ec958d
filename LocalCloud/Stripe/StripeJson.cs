using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Stripe's objects are kept as the JSON documents that go on the wire.</summary>
internal static class StripeJson
{
    /// <summary>Holds what a document must remember and never shows.</summary>
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
