using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.OpenApi.Tests;

/// <summary>What is written by hand: the files of <c>Gateway/openapi</c>.</summary>
internal sealed class Prose
{
    private const string DocumentFile = "document";

    private static readonly string[] Suffixes = ["View", "Response", "Body"];

    private readonly Dictionary<string, string> _names = [];

    /// <summary>Reads it.</summary>
    /// <param name="files">By the names of the files.</param>
    /// <param name="shapes">What the endpoints say.</param>
    /// <param name="found">For what is wrong.</param>
    public Prose(IReadOnlyDictionary<string, JsonObject> files, Shapes shapes, List<string> found)
    {
        Document = files[DocumentFile];
        var tags = Document["tags"]!.AsArray().Select(tag => (string?)tag!["name"]).ToList();
        Files = [.. files.OrderBy(file => file.Key != DocumentFile).ThenBy(file => tags.IndexOf((string?)file.Value["tag"]))
            .ThenBy(file => file.Key, StringComparer.Ordinal).Select(file => file.Value)];
        foreach (var (name, text) in Files.SelectMany(file => file["components"]?["schemas"]?.AsObject() ?? []))
        {
            Schemas.Add(name, text!.AsObject());
        }
        foreach (var (name, text) in Files.SelectMany(file => file["records"]?.AsObject() ?? []))
        {
            AddRecord(name, text!.AsObject(), shapes, found);
        }
    }

    /// <summary>What belongs to no tag.</summary>
    public JsonObject Document { get; }

    /// <summary>All of it, in the order of the published document.</summary>
    public IReadOnlyList<JsonObject> Files { get; }

    /// <summary>The schemas of which no service has a record, by name.</summary>
    public Dictionary<string, JsonObject> Schemas { get; } = [];

    /// <summary>What is written of records, by the name that they have in the document.</summary>
    public Dictionary<string, (IReadOnlyList<string> Records, JsonObject Text)> Records { get; } = [];

    /// <summary>Reads the files.</summary>
    public static Prose Read(Shapes shapes, List<string> found) => new(
        Directory.GetFiles(Path.Combine(Repository.Root, "Gateway", "openapi"), "*.json")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => JsonNode.Parse(File.ReadAllText(file))!.AsObject()),
        shapes, found);

    /// <summary>The name that a record has in the document; null when it is described where it is used.</summary>
    public string? NameOf(string record) => _names.GetValueOrDefault(record);

    /// <summary>What a reference of a parameter names.</summary>
    public JsonObject Shared(JsonObject reference)
    {
        var name = ((string)reference["$ref"]!).Split('/')[^1];
        return Files.Select(file => file["components"]?["parameters"]?[name]).OfType<JsonObject>().SingleOrDefault() ?? [];
    }

    // "of" names the records; without it, it is the only one of that name, be it the record of a body, a view or a response.
    private void AddRecord(string name, JsonObject text, Shapes shapes, List<string> found)
    {
        var place = $"records/{name}";
        var rest = text.DeepClone().AsObject();
        rest.Remove("of", out var given);
        var likely = shapes.Records.Keys.Where(record => IsNamed(record.Split('.')[^1], name)).ToList();
        var records = given is null ? likely
            : given is JsonArray several ? [.. several.Select(one => (string)one!)]
            : new List<string> { (string)given! };
        if (given is not null && likely.Count == 1 && likely.SequenceEqual(records))
        {
            found.Add($"{place}: of is not needed");
        }
        if (records.Count == 0 || !records.All(shapes.Records.ContainsKey) || (given is null && records.Count > 1))
        {
            found.Add($"{place}: records of the services are {string.Join(", ", records.Where(shapes.Records.ContainsKey))}");
            return;
        }
        Records.Add(name, (records, rest));
        found.AddRange(records.Where(record => !_names.TryAdd(record, name)).Select(record => $"{place}: {record} has a name already"));
    }

    private static bool IsNamed(string record, string name) => record == name || Suffixes.Any(suffix => record == name + suffix);
}
