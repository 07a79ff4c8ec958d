using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReelBallers.LocalCloud.Resend;

/// <summary>Reads the body of <c>POST /emails</c> as Resend does.</summary>
internal static partial class ResendRequest
{
    private const int MaxRecipients = 50;
    private static readonly string[] Known = ["from", "to", "subject", "text", "html", "headers", "tags"];

    /// <summary>The mail, or what is wrong with it.</summary>
    public static (MailBody? Mail, ResendError? Error) Read(string text)
    {
        JsonElement body;
        try
        {
            body = JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            return (null, new ResendError(400, "validation_error", "The request body is not valid JSON."));
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, Invalid("The request body must be an object."));
        }

        if (body.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            return (null, Invalid($"The `{unknown}` field is not served by the offline copy."));
        }

        var to = body.TryGetProperty("to", out var given) ? Recipients(given) : null;
        return Error(body, to) is { } error
            ? (null, error)
            : (new MailBody(Text(body, "from")!, to!, Text(body, "subject")!, Text(body, "text"), Text(body, "html"), Headers(body)), null);
    }

    private static ResendError? Error(JsonElement body, IReadOnlyList<string>? to) =>
        Text(body, "from") is not { Length: > 0 } sender ? Missing("from")
        : !Address().IsMatch(sender) ? new ResendError(422, "validation_error",
            "Invalid `from` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.")
        : !body.TryGetProperty("to", out _) ? Missing("to")
        : to is null || to.Any(address => !Address().IsMatch(address)) ? Invalid(
            "Invalid `to` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.")
        : to.Count is 0 or > MaxRecipients ? Invalid("The `to` field must have 1 to 50 recipients.")
        : Text(body, "subject") is not { Length: > 0 } ? Missing("subject")
        : Text(body, "html") is null && Text(body, "text") is null
            ? new ResendError(422, "validation_error", "Missing `html` or `text` field.")
        : null;

    private static ResendError Missing(string field) => new(422, "missing_required_field", $"Missing `{field}` field.");

    private static ResendError Invalid(string message) => new(422, "validation_error", message);

    private static List<string>? Recipients(JsonElement to) => to.ValueKind switch
    {
        JsonValueKind.String => [to.GetString()!],
        JsonValueKind.Array when to.EnumerateArray().All(address => address.ValueKind == JsonValueKind.String) =>
            [.. to.EnumerateArray().Select(address => address.GetString()!)],
        _ => null,
    };

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Dictionary<string, string> Headers(JsonElement body) =>
        body.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.Object
            ? headers.EnumerateObject().ToDictionary(header => header.Name, header => header.Value.ToString())
            : [];

    [GeneratedRegex(@"\A(?:[^<>\r\n]+ <[^@<>\s]+@[^@<>\s]+\.[^@<>\s]+>|[^@<>\s]+@[^@<>\s]+\.[^@<>\s]+)\z")]
    private static partial Regex Address();
}
