using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>A reference that Stripe gives as an id, or as the whole object where it was asked to expand it.</summary>
[JsonConverter(typeof(ExpandableFieldConverter))]
internal sealed class ExpandableField<T>
    where T : class, IHasId
{
    public string? Id { get; set; }

    public T? ExpandedObject { get; set; }

    public static ExpandableField<T>? WithId(ExpandableField<T>? field, string? id)
    {
        return id is null ? null : new() { Id = id, ExpandedObject = field?.ExpandedObject?.Id == id ? field.ExpandedObject : null };
    }

    public static ExpandableField<T>? WithObject(T? value) => value is null ? null : new() { Id = value.Id, ExpandedObject = value };
}

internal sealed class ExpandableFieldConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => true;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        return (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed class Of<T> : JsonConverter<ExpandableField<T>>
        where T : class, IHasId
    {
        public override ExpandableField<T>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            return reader.TokenType == JsonTokenType.String
                ? new ExpandableField<T> { Id = reader.GetString() }
                : ExpandableField<T>.WithObject(JsonSerializer.Deserialize<T>(ref reader, options));
        }

        public override void Write(Utf8JsonWriter writer, ExpandableField<T> value, JsonSerializerOptions options)
        {
            if (value.ExpandedObject is null)
            {
                writer.WriteStringValue(value.Id);
            }
            else
            {
                JsonSerializer.Serialize(writer, value.ExpandedObject, options);
            }
        }
    }
}
