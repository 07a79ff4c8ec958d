using System.Text.Json;

namespace ReelBallers.Accounts;

/// <summary>An event of Resend (https://resend.com/docs/webhooks/event-types), as far as it concerns addresses.</summary>
/// <param name="Type"><c>email.bounced</c>, for example.</param>
/// <param name="Reason">Why its recipients are to be suppressed; null when they are not.</param>
/// <param name="Recipients">The normalized addresses that the mail was sent to.</param>
internal sealed record ResendEvent(string Type, SuppressionReason? Reason, IReadOnlyList<string> Recipients)
{
    /// <summary>Reads an event; null when it is none.</summary>
    public static ResendEvent? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Member(document.RootElement, "type") is { ValueKind: JsonValueKind.String } type
                ? Read(type.GetString()!, Member(document.RootElement, "data") ?? default)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter for a string that is not Unicode.
            return null;
        }
    }

    private static ResendEvent Read(string type, JsonElement data)
    {
        SuppressionReason? reason = type switch
        {
            "email.complained" => SuppressionReason.Complained,
            // The others, of a full mailbox for example, pass.
            "email.bounced" when Text(Member(data, "bounce"), "type") == "Permanent" => SuppressionReason.Bounced,
            _ => null,
        };
        return new ResendEvent(type, reason, [.. RecipientsIn(data)]);
    }

    private static IEnumerable<string> RecipientsIn(JsonElement data) =>
        Member(data, "to") is { ValueKind: JsonValueKind.Array } to
        ? to.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.String)
            .Select(entry => EmailAddress.Normalize(entry.GetString())).OfType<string>()
        : [];

    private static string? Text(JsonElement? element, string name) =>
        element is { } parent && Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
}
