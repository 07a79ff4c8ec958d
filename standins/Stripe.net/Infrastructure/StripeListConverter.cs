using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

// A list is an object on the wire, although it can be enumerated.
internal sealed class StripeListConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => true;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        return (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed record Page<T>(string? Object, List<T>? Data, bool HasMore, string? Url);

    private sealed class Of<T> : JsonConverter<StripeList<T>>
    {
        public override StripeList<T>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var page = JsonSerializer.Deserialize<Page<T>>(ref reader, options)!;
            return new StripeList<T> { Object = page.Object, Data = page.Data ?? [], HasMore = page.HasMore, Url = page.Url };
        }

        public override void Write(Utf8JsonWriter writer, StripeList<T> value, JsonSerializerOptions options)
        {
            JsonSerializer.Serialize(writer, new Page<T>(value.Object, value.Data, value.HasMore, value.Url), options);
        }
    }
}
