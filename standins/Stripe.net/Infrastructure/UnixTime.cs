using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Unix seconds, as a number or as text, are a UTC <see cref="DateTime"/>.</summary>
internal sealed class UnixTime : JsonConverter<DateTime>
{
    public static long From(DateTime time) => new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeSeconds();

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var seconds = reader.TokenType == JsonTokenType.String
            ? long.Parse(reader.GetString()!, CultureInfo.InvariantCulture)
            : reader.GetInt64();
        return DateTime.UnixEpoch.AddSeconds(seconds);
    }

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteNumberValue(From(value));
}
