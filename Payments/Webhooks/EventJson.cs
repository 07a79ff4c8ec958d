using System.Text.Json;

namespace ReelBallers.Payments;

/// <summary>A JSON object; a member of another type than required is a <see cref="MalformedEventException"/>.</summary>
internal sealed class EventJson(JsonElement element, string path)
{
    private static readonly long MaxUnixSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>A member that is an object.</summary>
    public EventJson Object(string name) => OptionalObject(name) ?? throw Malformed(name, "is missing");

    /// <summary>A member that is an object; null when there is none.</summary>
    public EventJson? OptionalObject(string name) => Find(name) is not { } member
        ? null
        : member.ValueKind == JsonValueKind.Object ? new EventJson(member, $"{path}.{name}") : throw Malformed(name, "is not an object");

    /// <summary>Requires this text.</summary>
    public void Require(string name, string text)
    {
        if (OptionalText(name) != text)
        {
            throw Malformed(name, $"is not '{text}'");
        }
    }

    /// <summary>An id of Stripe's.</summary>
    public string Id(string name) => OptionalText(name) is { } text && StripeIds.IsId(text) ? text : throw Malformed(name, "is not an id");

    /// <summary>The id of another object, given as the id or as the object itself; null when there is none.</summary>
    public string? OptionalReference(string name) => Find(name)?.ValueKind switch
    {
        null => null,
        JsonValueKind.Object => Object(name).Id("id"),
        _ => Id(name),
    };

    /// <summary>A code of Stripe's; null when there is none.</summary>
    public string? OptionalName(string name) => OptionalText(name) switch
    {
        null => null,
        { } text when StripeIds.IsName(text) => text,
        _ => throw Malformed(name, "is not a code"),
    };

    /// <summary>A string; null when there is none.</summary>
    public string? OptionalText(string name) => Find(name) is not { } member
        ? null
        : member.ValueKind == JsonValueKind.String ? member.GetString() : throw Malformed(name, "is not a string");

    public bool Flag(string name) => Find(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Malformed(name, "is not true or false"),
    };

    /// <summary>A time in Unix seconds.</summary>
    public DateTimeOffset Time(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var seconds)
        && seconds >= 0 && seconds <= MaxUnixSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw Malformed(name, "is not a time in Unix seconds");

    private JsonElement? Find(string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private MalformedEventException Malformed(string name, string what) => new($"{path}.{name} {what}.");
}
