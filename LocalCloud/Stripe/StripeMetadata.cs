using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

internal static class StripeMetadata
{
    private const int MaxKeys = 50;

    /// <summary>The metadata of a new object.</summary>
    public static JsonObject New(StripeParams? parameters)
    {
        var document = new JsonObject { ["metadata"] = new JsonObject() };
        if (parameters is not null)
        {
            Change(document, parameters);
        }

        var metadata = document["metadata"]!;
        document.Remove("metadata");
        return (JsonObject)metadata;
    }

    public static void Change(JsonObject document, StripeParams parameters)
    {
        var metadata = (JsonObject)document["metadata"]!;
        if (parameters.Metadata() is not { } changes)
        {
            metadata.Clear();
            return;
        }

        foreach (var (key, value) in changes)
        {
            metadata.Remove(key);
            if (value is not null)
            {
                metadata[key] = value;
            }
        }

        if (metadata.Count > MaxKeys)
        {
            throw StripeError.Invalid($"You can have up to {MaxKeys} metadata keys", null, "metadata");
        }
    }
}
