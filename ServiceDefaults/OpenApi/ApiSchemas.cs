using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ReelBallers.ServiceDefaults;

/// <summary>The schemas of <see cref="ApiDescriptionExtensions.AddApiDescription"/>.</summary>
internal static class ApiSchemas
{
    // By which the framework notes that a reference may be null.
    private const string NullableProperty = "x-is-nullable-property";

    // Formats that say no more than the type does.
    private static readonly string[] PlainFormats = ["int32", "double", "float"];

    /// <summary>The type's name with its assembly's, which no type of another service has; null for what is described in place.</summary>
    public static string? NameOf(JsonTypeInfo type) => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is null
        ? null
        : $"{type.Type.Assembly.GetName().Name}.{(Nullable.GetUnderlyingType(type.Type) ?? type.Type).Name}";

    /// <summary>Changes what the framework makes of a type into what the public contract says.</summary>
    public static void Adapt(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = context.JsonTypeInfo;
        // Of optional parameters of constructors: not what a member is without a value, but that it may be left out.
        schema.Default = null;
        if (PlainFormats.Contains(schema.Format))
        {
            schema.Format = null;
        }
        if (context.JsonPropertyInfo is { } left && IsLeftOut(left))
        {
            schema.Metadata?.Remove(NullableProperty);
            schema.Type &= ~JsonSchemaType.Null;
        }
        if (type.Type == typeof(string))
        {
            var isNullable = context.JsonPropertyInfo is { } property && !IsLeftOut(property)
                && (property.IsGetNullable || property.IsSetNullable);
            schema.Type = isNullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        }
        else if (type.ElementType == typeof(string))
        {
            AddText(schema, type.Kind);
        }
        else if (type.Kind == JsonTypeInfoKind.Object)
        {
            SetRequired(schema, type);
        }
    }

    // The exporter does not know what our converter of strings reads and writes.
    private static void AddText(OpenApiSchema schema, JsonTypeInfoKind kind)
    {
        var text = new OpenApiSchema { Type = JsonSchemaType.String };
        if (kind == JsonTypeInfoKind.Dictionary)
        {
            schema.AdditionalProperties = text;
        }
        else
        {
            schema.Items = text;
        }
    }

    private static bool IsLeftOut(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
            .OfType<JsonIgnoreAttribute>().Any(ignore => ignore.Condition == JsonIgnoreCondition.WhenWritingNull) is true;

    // The exporter knows what is required to read a type. What is left out of a response when it is null is neither required nor null,
    // and all else of a type that is only written is there.
    private static void SetRequired(OpenApiSchema schema, JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (IsLeftOut(property))
            {
                schema.Required?.Remove(property.Name);
            }
            else if (!IsRead(type))
            {
                schema.Required ??= new HashSet<string>();
                schema.Required.Add(property.Name);
            }
        }
    }

    // A type whose constructor does not take its members is only written.
    private static bool IsRead(JsonTypeInfo type) =>
        type.CreateObject is not null || type.Properties.Any(property => property.AssociatedParameter is not null);
}
