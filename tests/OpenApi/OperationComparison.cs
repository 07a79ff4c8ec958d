using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>What the published document says of an operation that contradicts what the service does.</summary>
/// <param name="serviceRoot">The service's own description.</param>
/// <param name="publishedRoot">The published document.</param>
internal sealed class OperationComparison(JsonObject serviceRoot, JsonObject publishedRoot)
{
    private const string IdempotencyKey = "header Idempotency-Key";
    private const string Stream = "text/event-stream";

    private readonly List<string> _found = [];

    /// <summary>Compares, and returns each contradiction.</summary>
    public IReadOnlyList<string> Compare(JsonNode service, JsonNode published, string name)
    {
        CompareParameters(service, published, name);
        var (body, documented) = (service["requestBody"], Resolve(published["requestBody"]));
        if (body is not null)
        {
            if ((bool?)body["required"] is true)
            {
                Check($"{name} body required", true, (bool?)documented?["required"] ?? false);
            }
            CompareContent(body, documented, $"{name} body", isRequest: true);
        }
        var successes = Successes(serviceRoot, service);
        var publishedSuccesses = Successes(publishedRoot, published);
        Check($"{name} statuses", string.Join(",", successes.Keys.Order()), string.Join(",", publishedSuccesses.Keys.Order()));
        foreach (var (status, response) in successes.Where(success => publishedSuccesses.ContainsKey(success.Key)))
        {
            CompareContent(response, publishedSuccesses[status], $"{name} {status}", isRequest: false);
        }
        return _found;
    }

    // Headers but the idempotency key are read by hand, and documented by hand. Of the other parameters, a service takes texts, so that its
    // errors name the field.
    private void CompareParameters(JsonNode service, JsonNode published, string name)
    {
        var taken = Parameters(serviceRoot, service);
        var documented = Parameters(publishedRoot, published);
        Check(
            $"{name} parameters", string.Join(",", taken.Keys.Order()),
            string.Join(",", documented.Keys
                .Where(key => !key.StartsWith("header ", StringComparison.Ordinal) || key == IdempotencyKey).Order()));
        foreach (var (key, parameter) in taken.Where(one => (bool?)one.Value["required"] is true && documented.ContainsKey(one.Key)))
        {
            Check($"{name} {key} required", true, (bool?)documented[key]["required"] ?? false);
        }
    }

    private void CompareContent(JsonNode service, JsonNode? published, string place, bool isRequest)
    {
        var taken = service["content"]?.AsObject() ?? [];
        var documented = published?["content"]?.AsObject() ?? [];
        Check($"{place} media types", Names(taken), Names(documented));
        foreach (var (type, content) in taken.Where(one => documented.ContainsKey(one.Key) && one.Value!["schema"] is not null))
        {
            var (own, schema) = (Schema.Of(serviceRoot, content!["schema"]!), Schema.Of(publishedRoot, documented[type]!["schema"]!));
            // A service says what the data of its events is; the Gateway passes on those of several services.
            var contradictions = type != Stream ? new SchemaComparison(isRequest).Compare(own, schema, place)
                : own.Type == "string" ? []
                : EventData(schema).Select(data => new SchemaComparison(isRequest).Compare(own, data, place)).MinBy(found => found.Count)!;
            _found.AddRange(contradictions);
        }
    }

    private static IEnumerable<Schema> EventData(Schema stream) =>
        (stream.Items!.Alternatives is { Count: > 0 } several ? several : [stream.Items]).Select(one => one.Properties["data"].Content!);

    private static Dictionary<string, JsonObject> Parameters(JsonObject root, JsonNode operation) =>
        (operation["parameters"]?.AsArray() ?? []).Select(one => Schema.Resolve(root, one!))
        .ToDictionary(one => $"{one["in"]} {one["name"]}");

    private static Dictionary<string, JsonObject> Successes(JsonObject root, JsonNode operation) =>
        operation["responses"]!.AsObject().Where(one => one.Key[0] is '2' or '3')
        .ToDictionary(one => one.Key, one => Schema.Resolve(root, one.Value!));

    private static string Names(JsonObject content) => string.Join(",", content.Select(one => one.Key).Order());

    private JsonNode? Resolve(JsonNode? node) => node is null ? null : Schema.Resolve(publishedRoot, node);

    private void Check<T>(string place, T service, T published)
    {
        if (!EqualityComparer<T>.Default.Equals(service, published))
        {
            _found.Add($"{place}: {service} in the service, {published} in the document");
        }
    }
}
