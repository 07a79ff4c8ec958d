using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>Makes the published document of what the endpoints say and of what is written by hand.</summary>
internal sealed class DocumentMerge
{
    // In the order of the document.
    private static readonly string[] Members =
        ["openapi", "info", "servers", "tags", "paths", "webhooks", "components", "x-other-requests"];

    private static readonly string[] Components = ["securitySchemes", "parameters", "headers", "responses", "schemas"];

    private readonly Shapes _shapes;
    private readonly Prose _prose;
    private readonly SchemaMerge _schemas;
    private readonly List<string> _found;

    private DocumentMerge(Shapes shapes, Prose prose, List<string> found)
    {
        (_shapes, _prose, _found) = (shapes, prose, found);
        _schemas = new SchemaMerge(shapes, prose, found);
    }

    /// <summary>Makes it of the files.</summary>
    public static MergedDocument Make(Shapes shapes)
    {
        var found = new List<string>();
        return Make(shapes, Prose.Read(shapes, found), found);
    }

    /// <summary>Makes it.</summary>
    public static MergedDocument Make(Shapes shapes, Prose prose, List<string> found)
    {
        var merge = new DocumentMerge(shapes, prose, found);
        var document = merge.Make();
        return new MergedDocument(document, found, merge._schemas.Unshaped);
    }

    private JsonObject Make()
    {
        var made = new Dictionary<string, JsonNode?> { ["paths"] = Paths(), ["components"] = AllComponents(), ["webhooks"] = Webhooks() };
        return new JsonObject(Members.Select(member => KeyValuePair.Create(
            member, made.GetValueOrDefault(member) ?? _prose.Document[member]?.DeepClone())).Where(member => member.Value is not null));
    }

    private JsonObject Paths()
    {
        var paths = new JsonObject();
        var described = new HashSet<(string, string)>();
        foreach (var file in _prose.Files)
        {
            foreach (var (path, item) in file["paths"]?.AsObject() ?? [])
            {
                paths[path] = new JsonObject();
                foreach (var (method, text) in item!.AsObject())
                {
                    var place = $"{method.ToUpperInvariant()} {path}";
                    if (!_shapes.Operations.TryGetValue((path, method), out var shape))
                    {
                        _found.Add($"{place}: no service has this operation");
                        continue;
                    }
                    described.Add((path, method));
                    paths[path]![method] = new OperationMerge(_prose.Document["defaults"]!.AsObject(), _prose, _schemas, _found)
                        .Merge(shape, text!.AsObject(), (string)file["tag"]!, method, place);
                }
            }
        }
        _found.AddRange(_shapes.Operations.Keys.Where(operation => !described.Contains(operation))
            .Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Path}: nothing is written of it"));
        return paths;
    }

    private JsonObject Webhooks() => new(_prose.Files.SelectMany(file => file["webhooks"]?.AsObject() ?? [])
        .Select(webhook => KeyValuePair.Create(webhook.Key, webhook.Value?.DeepClone())));

    private JsonObject AllComponents() => new(Components.Select(kind => KeyValuePair.Create(
        kind, (JsonNode?)new JsonObject(_prose.Files.SelectMany(file => (kind == "schemas" ? Records(file) : []).Concat(
            file["components"]?[kind]?.AsObject().Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())) ?? []))))));

    private IEnumerable<KeyValuePair<string, JsonNode?>> Records(JsonObject file) => (file["records"]?.AsObject() ?? [])
        .Where(record => _prose.Records.ContainsKey(record.Key))
        .Select(record => KeyValuePair.Create(record.Key, (JsonNode?)Record(record.Key)));

    private JsonObject Record(string name)
    {
        var (records, text) = _prose.Records[name];
        var (shape, own) = (_shapes.Records[records[0]].DeepClone().AsObject(), text.DeepClone().AsObject());
        if (records.Any(record => _shapes.Records[record]["additionalProperties"] is null))
        {
            shape.Remove("additionalProperties");
        }
        if (own.Remove("extends", out var extended))
        {
            Extend(shape, own, (string)extended!);
        }
        var merged = _schemas.Merge(shape, own, name, new MergeRules(_shapes.IsRead(records[0])));
        foreach (var other in records.Skip(1))
        {
            _schemas.Merge(_shapes.Records[other], merged, $"{name} ({other})", new MergeRules(_shapes.IsRead(other), IsWhole: true));
        }
        return merged;
    }

    // The members of a record that it has from another come first, and are described as there.
    private void Extend(JsonObject shape, JsonObject own, string name)
    {
        var (records, text) = _prose.Records[name];
        var inherited = _shapes.Records[records[0]]["properties"]!.AsObject().Select(member => member.Key).ToList();
        var members = shape["properties"]!.AsObject();
        shape["properties"] = new JsonObject(members.OrderBy(member => !inherited.Contains(member.Key))
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        foreach (var (member, description) in text["properties"]?.AsObject() ?? [])
        {
            own["properties"] ??= new JsonObject();
            own["properties"]!.AsObject().TryAdd(member, description?.DeepClone());
        }
    }
}
