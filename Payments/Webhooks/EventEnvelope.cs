using System.Text;
using System.Text.Json;

namespace ReelBallers.Payments;

/// <summary>The fields that an event is stored with. Nothing else is read before it is stored.</summary>
/// <param name="Id">Stripe's id of the event.</param>
/// <param name="Type">What happened.</param>
/// <param name="CreatedAt">When it happened, by Stripe's clock; null when that cannot be read.</param>
internal sealed record EventEnvelope(string Id, string Type, DateTimeOffset? CreatedAt)
{
    // The depth of the largest possible body: excessive nesting is no reason not to store the event.
    private const int MaxDepth = 1024 * 1024;

    private static readonly long MaxUnixSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Reads the envelope of a body; null, with errors by field, when it is not an event.</summary>
    public static EventEnvelope? Read(string payload, out (string Field, string Message)[] errors)
    {
        var members = Members(payload);
        if (members is null)
        {
            errors = [("body", "must be one JSON object")];
            return null;
        }
        errors =
        [
            .. Check("id", StripeIds.IsId(members.Id), "must be given once: 1 to 255 ASCII letters, digits, '_' and '-'"),
            .. Check("type", StripeIds.IsName(members.Type), "must be given once: 1 to 255 ASCII letters, digits, '_', '-' and '.'"),
        ];
        return errors.Length == 0 ? new EventEnvelope(members.Id!, members.Type!, members.CreatedAt) : null;
    }

    private static (string Field, string Message)[] Check(string field, bool isRight, string message) => isRight ? [] : [(field, message)];

    private static Found? Members(string payload)
    {
        var found = new Found();
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(payload), new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref reader, found);
            }
            // Throws if more follows.
            reader.Read();
            return found;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void ReadMember(ref Utf8JsonReader reader, Found found)
    {
        // Stripe never escapes names; an escaped one may not be valid text.
        var name = reader.ValueIsEscaped ? "" : reader.GetString();
        reader.Read();
        if (name == "id")
        {
            found.Id = found.HasId ? null : Text(ref reader);
            found.HasId = true;
        }
        else if (name == "type")
        {
            found.Type = found.HasType ? null : Text(ref reader);
            found.HasType = true;
        }
        else if (name == "created")
        {
            found.CreatedAt = Time(ref reader);
        }
        reader.Skip();
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return null;
        }
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate.
            return null;
        }
    }

    private static DateTimeOffset? Time(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seconds) && seconds >= 0 && seconds <= MaxUnixSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private sealed class Found
    {
        public bool HasId { get; set; }

        public string? Id { get; set; }

        public bool HasType { get; set; }

        public string? Type { get; set; }

        public DateTimeOffset? CreatedAt { get; set; }
    }
}
