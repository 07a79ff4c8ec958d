using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>The shape of a schema of an OpenAPI document, with references followed and the parts of <c>allOf</c> put together.</summary>
internal sealed class Schema
{
    private const string Null = "null";

    // Without one of these, it is any value.
    private static readonly string[] Restricting = ["type", "enum", "const", "oneOf", "allOf"];

    private readonly JsonObject _root;
    private readonly JsonObject _node;

    private Schema(JsonObject root, JsonObject node, bool isNullable) => (_root, _node, IsNullable) = (root, node, isNullable);

    /// <summary>Whether null is a value of it.</summary>
    public bool IsNullable { get; }

    /// <summary>Whether any value is one of it.</summary>
    public bool IsAny => !Restricting.Any(_node.ContainsKey);

    /// <summary>The type but null; that of the values where only these are given; null when any is.</summary>
    public string? Type => _node["type"] switch
    {
        JsonArray types => types.Select(type => (string)type!).Single(type => type != Null),
        JsonValue type => (string?)type,
        _ when (_node["const"] ?? _node["enum"]?.AsArray().First(one => one is not null)) is { } value => TypeOf(value),
        _ when Properties.Count > 0 => "object",
        _ => null,
    };

    /// <summary>The format; null for none.</summary>
    public string? Format => (string?)_node["format"];

    /// <summary>The only values that it has; null when there are others.</summary>
    public IReadOnlyList<string?>? Values =>
        _node["const"] is { } only ? [only.ToString()]
        : _node["enum"]?.AsArray().Where(value => value is not null).Select(value => value!.ToString()).ToList();

    /// <summary>The members of an object.</summary>
    public IReadOnlyDictionary<string, Schema> Properties => Parts().SelectMany(part => part["properties"]?.AsObject() ?? [])
        .ToDictionary(property => property.Key, property => Of(_root, property.Value!));

    /// <summary>The members that an object has to have.</summary>
    public IReadOnlyCollection<string> Required =>
        [.. Parts().SelectMany(part => part["required"]?.AsArray() ?? []).Select(name => (string)name!).Order()];

    /// <summary>The items of an array.</summary>
    public Schema? Items => _node["items"] is { } items ? Of(_root, items) : null;

    /// <summary>The members of an object that are not named.</summary>
    public Schema? Others => _node["additionalProperties"] is JsonObject others ? Of(_root, others) : null;

    /// <summary>Of which a value is one.</summary>
    public IReadOnlyList<Schema> Alternatives =>
        [.. _node["oneOf"]?.AsArray().Select(one => Of(_root, one!)) ?? []];

    /// <summary>What a text holds, as its <c>contentSchema</c> says.</summary>
    public Schema? Content => _node["contentSchema"] is { } content ? Of(_root, content) : null;

    /// <summary>A schema in a document.</summary>
    public static Schema Of(JsonObject root, JsonNode node)
    {
        var target = Resolve(root, node);
        var isNullable = target["type"] is JsonArray types && types.Any(type => (string?)type == Null);
        if (target["oneOf"] is JsonArray { Count: 2 } either && either.Any(IsNull))
        {
            return new Schema(root, Resolve(root, either.Single(one => !IsNull(one))!), isNullable: true);
        }
        return new Schema(root, target, isNullable || target["enum"]?.AsArray().Contains(null) is true);
    }

    /// <summary>Follows the references of a node.</summary>
    public static JsonObject Resolve(JsonObject root, JsonNode node)
    {
        while ((string?)node["$ref"] is { } reference)
        {
            node = reference.Split('/').Skip(1).Aggregate((JsonNode)root, (at, step) => at[step]!);
        }
        return node.AsObject();
    }

    private static string TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "number",
    };

    private static bool IsNull(JsonNode? schema) => schema!["type"] is JsonValue type && (string?)type == Null;

    private IEnumerable<JsonObject> Parts() =>
        (_node["allOf"]?.AsArray() ?? []).Select(part => Resolve(_root, part!)).Append(_node);
}
