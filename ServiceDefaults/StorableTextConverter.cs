using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReelBallers.ServiceDefaults;

/// <summary>Rejects strings that PostgreSQL cannot store: those with a NUL character.</summary>
internal sealed class StorableTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("The value is not a string.");
        }
        var text = reader.GetString();
        return text?.Contains('\0', StringComparison.Ordinal) is true
            ? throw new JsonException("The string has a NUL character.")
            : text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
