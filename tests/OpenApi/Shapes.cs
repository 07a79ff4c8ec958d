using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>What the endpoints of all services say of themselves: the operations by path and method, and the records by name.</summary>
internal sealed class Shapes
{
    /// <summary>On what a request may have as null, which counts as missing.</summary>
    public const string MayBeNull = "x-may-be-null";

    /// <summary>On an operation that the Gateway passes on.</summary>
    public const string IsProxied = "x-is-proxied";

    /// <summary>On the media type of a stream: the types of the data of its events.</summary>
    public const string EventData = "x-event-data";

    private const string Stream = "text/event-stream";

    // The Gateway sends the events of the services' streams.
    private static readonly string[] MergedStreams = ["/api/events", "/api/wallet/events"];

    private const string Gateway = "Gateway";
    private const string Null = "null";

    private HashSet<string> _read = [];

    /// <summary>Puts together what the services say.</summary>
    /// <param name="documents">The description of each service.</param>
    public Shapes(IReadOnlyDictionary<string, JsonObject> documents)
    {
        // What the Gateway answers itself is the operation, whatever a service has at the same path for it.
        foreach (var (service, document) in documents.OrderBy(one => one.Key != Gateway))
        {
            foreach (var (name, record) in document["components"]?["schemas"]?.AsObject() ?? [])
            {
                Records.TryAdd(name, Normalized(record!.DeepClone().AsObject()));
            }
            foreach (var (path, item) in document["paths"]!.AsObject())
            {
                foreach (var (method, operation) in item!.AsObject())
                {
                    Add(service, path, method, operation!.DeepClone().AsObject());
                }
            }
        }
        MarkRecords();
    }

    /// <summary>The operations.</summary>
    public Dictionary<(string Path, string Method), JsonObject> Operations { get; } = [];

    /// <summary>The records, by the names of their assembly and their own.</summary>
    public Dictionary<string, JsonObject> Records { get; } = [];

    /// <summary>Asks each service.</summary>
    public static async Task<Shapes> MakeAsync()
    {
        var documents = new Dictionary<string, JsonObject>();
        foreach (var service in ServiceDocument.Services)
        {
            documents[service] = await ServiceDocument.MakeAsync(service);
        }
        return new Shapes(documents);
    }

    /// <summary>Whether a record is part of a request.</summary>
    public bool IsRead(string record) => _read.Contains(record);

    /// <summary>The name of the record that a reference names; null for what is no reference.</summary>
    public static string? RecordOf(JsonNode node) =>
        ((string?)(node as JsonObject)?["$ref"])?.Split('/')[^1];

    private void Add(string service, string path, string method, JsonObject operation)
    {
        if (service != Gateway)
        {
            operation[IsProxied] = true;
        }
        var responses = operation["responses"]!.AsObject();
        foreach (var content in Contents(operation).ToList())
        {
            content["schema"] = Normalized(content["schema"]!.DeepClone().AsObject());
        }
        foreach (var (_, content) in operation["requestBody"]?["content"]?.AsObject() ?? [])
        {
            content!["schema"] = WithoutNull(content["schema"]!.AsObject());
        }
        foreach (var stream in responses.Select(response => response.Value!["content"]?[Stream]).OfType<JsonObject>())
        {
            var data = RecordOf(stream["schema"]!) is null ? new JsonArray() : new JsonArray(stream["schema"]!.DeepClone());
            stream[EventData] = data;
            stream.Remove("schema");
            if (MergedStreams.Contains(path) && service != Gateway)
            {
                var gateways = Operations[(MergedStreams[0], method)];
                foreach (var one in data)
                {
                    gateways["responses"]!["200"]!["content"]![Stream]![EventData]!.AsArray().Add(one!.DeepClone());
                }
            }
        }
        Operations.TryAdd((path, method), operation);
    }

    private static IEnumerable<JsonObject> Contents(JsonObject operation) =>
        operation["responses"]!.AsObject().Select(response => response.Value).Append(operation["requestBody"])
            .SelectMany(one => one?["content"]?.AsObject() ?? []).Select(content => content.Value!.AsObject());

    // What is only written has the members of its record and no others. In what is only read, null is the same as a missing member.
    private void MarkRecords()
    {
        _read = Reached(Operations.Values.Select(operation => operation["requestBody"]));
        var read = _read;
        var written = Reached(Operations.Values.Select(operation => operation["responses"]));
        foreach (var (name, record) in Records)
        {
            if (written.Contains(name) && !read.Contains(name) && record["properties"] is not null)
            {
                record["additionalProperties"] = false;
            }
            if (read.Contains(name) && !written.Contains(name))
            {
                Records[name] = WithoutNull(record);
            }
        }
    }

    private HashSet<string> Reached(IEnumerable<JsonNode?> from)
    {
        var reached = new HashSet<string>();
        var open = new Stack<JsonNode>(from.OfType<JsonNode>());
        while (open.TryPop(out var node))
        {
            if (RecordOf(node) is { } name && Records.TryGetValue(name, out var record) && reached.Add(name))
            {
                open.Push(record);
            }
            foreach (var child in Children(node).OfType<JsonNode>().Where(child => child is not JsonValue))
            {
                open.Push(child);
            }
        }
        return reached;
    }

    private static IEnumerable<JsonNode?> Children(JsonNode node) =>
        node is JsonArray array ? array : node is JsonObject members ? members.Select(member => member.Value) : [];

    private static JsonObject WithoutNull(JsonObject schema)
    {
        if (schema["oneOf"] is JsonArray alternatives && alternatives.Any(IsNull))
        {
            return WithoutNull(alternatives.Single(one => !IsNull(one))!.AsObject());
        }
        var changed = new JsonObject();
        foreach (var (name, value) in schema)
        {
            changed[name] = value is JsonObject child ? WithoutNull(child) : value?.DeepClone();
        }
        if (schema["type"] is JsonArray types)
        {
            changed["type"] = (string?)types.Single(type => (string?)type != Null);
            changed[MayBeNull] = true;
        }
        return changed;
    }

    // Null is the last type and the last alternative.
    private static JsonObject Normalized(JsonObject node)
    {
        foreach (var (name, value) in node.ToList())
        {
            node[name] = value switch
            {
                JsonArray types when name == "type" => new JsonArray([.. types.OrderBy(type => (string?)type == Null)
                    .Select(type => (JsonNode?)(string?)type)]),
                JsonArray alternatives when name == "oneOf" => new JsonArray(
                    [.. alternatives.OrderBy(IsNull).Select(one => Normalized(one!.DeepClone().AsObject()))]),
                JsonObject child => Normalized(child.DeepClone().AsObject()),
                _ => value?.DeepClone(),
            };
        }
        if (node["enum"] is JsonArray && node["type"] is null)
        {
            node["type"] = "string";
        }
        return node;
    }

    private static bool IsNull(JsonNode? schema) => schema!["type"] is JsonValue type && (string?)type == Null;
}
