using System.Text.Json;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>
/// A place in the OpenAPI document, with its JSON pointer. References are followed; what is not there is a node that does not
/// exist.
/// </summary>
internal readonly struct ApiNode
{
    private readonly JsonElement _root;
    private readonly JsonElement _element;

    private ApiNode(JsonElement root, JsonElement element, string pointer) => (_root, _element, Pointer) = (root, element, pointer);

    /// <summary>Where it is in the document, escaped for a JSON pointer.</summary>
    public string Pointer { get; }

    /// <summary>Whether the document has it.</summary>
    public bool Exists => _element.ValueKind != JsonValueKind.Undefined;

    /// <summary>Whether it is <c>true</c>.</summary>
    public bool IsTrue => _element.ValueKind == JsonValueKind.True;

    /// <summary>Its text; null when it is none.</summary>
    public string? Text => _element.ValueKind == JsonValueKind.String ? _element.GetString() : null;

    /// <summary>Its value; null when it is no whole number.</summary>
    public int? Number => _element.ValueKind == JsonValueKind.Number && _element.TryGetInt32(out var number) ? number : null;

    /// <summary>The members of an object.</summary>
    public IEnumerable<(string Name, ApiNode Node)> Members
    {
        get
        {
            var node = this;
            return _element.ValueKind == JsonValueKind.Object
                ? _element.EnumerateObject().Select(member => (member.Name, node[member.Name]))
                : [];
        }
    }

    /// <summary>The items of an array.</summary>
    public IEnumerable<ApiNode> Items
    {
        get
        {
            var node = this;
            return _element.ValueKind == JsonValueKind.Array
                ? _element.EnumerateArray().Select((item, index) => new ApiNode(node._root, item, $"{node.Pointer}/{index}").Resolve())
                : [];
        }
    }

    /// <summary>A member of an object.</summary>
    public ApiNode this[string name] =>
        _element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(name, out var member)
            ? new ApiNode(_root, member, $"{Pointer}/{Escape(name)}").Resolve()
            : default;

    /// <summary>The document itself.</summary>
    public static ApiNode Root(JsonElement document) => new(document, document, "");

    private ApiNode Resolve()
    {
        if (_element.ValueKind != JsonValueKind.Object || !_element.TryGetProperty("$ref", out var reference))
        {
            return this;
        }
        var node = Root(_root);
        foreach (var step in reference.GetString()!.Split('/').Skip(1))
        {
            node = node[step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        }
        return node;
    }

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
