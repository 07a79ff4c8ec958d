using System.Text.Json;

namespace ReelBallers.Payments;

/// <summary>
/// What we use of an event, read from its JSON without Stripe's types: an event of another API version, with fields that
/// have changed since, is an event like any other.
/// </summary>
internal sealed record StripeEvent(string Id, string Type, DateTimeOffset Created, JsonElement Object)
{
    private const int TextMax = 255;

    /// <summary>The id of the object that the event is about.</summary>
    public string ObjectId => Text(Object, "id") ?? throw Missing("id");

    /// <summary>The payment intent that the event's object names, by its id or in full; null when it names none.</summary>
    public string? PaymentIntentId => Property(Object, "payment_intent") is { ValueKind: JsonValueKind.Object } payment
        ? Text(payment, "id")
        : Text(Object, "payment_intent");

    /// <summary>The event in the text; null when the text is none.</summary>
    public static StripeEvent? Parse(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            return Text(root, "id") is { } id && Text(root, "type") is { } type
                && Property(root, "created") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var seconds)
                && seconds is >= 0 and <= uint.MaxValue
                && Property(Property(root, "data"), "object") is { ValueKind: JsonValueKind.Object } subject
                    ? new StripeEvent(id, type, DateTimeOffset.FromUnixTimeSeconds(seconds), subject.Clone())
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The event, which must be about an object of that kind (its field <c>object</c>).</summary>
    public StripeEvent About(string kind) =>
        Text(Object, "object") == kind ? this : throw new InvalidOperationException($"Event {Id} of type {Type} is not about a {kind}.");

    /// <summary>A text inside the object; null when it is not there.</summary>
    public string? ObjectText(params ReadOnlySpan<string> path)
    {
        JsonElement? element = Object;
        foreach (var name in path[..^1])
        {
            element = Property(element, name);
        }
        return Text(element, path[^1]);
    }

    private InvalidOperationException Missing(string field) => new($"Event {Id} of type {Type} has an object without {field}.");

    private static JsonElement? Property(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? element, string name)
    {
        if (Property(element, name) is not { ValueKind: JsonValueKind.String } value)
        {
            return null;
        }
        try
        {
            var text = value.GetString();
            return text is { Length: > 0 and <= TextMax } && !text.Any(char.IsControl) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: JSON, but no text.
            return null;
        }
    }
}
