using System.Text.Json;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>
/// The served OpenAPI document, and whether it allows an answer: the status, the media type, the body and the headers.
/// Answers to a method and path that are no operation are compared with the document's <c>x-other-requests</c>.
/// </summary>
internal sealed class ApiDocument
{
    private const string ProblemMediaType = "application/problem+json";
    private const string EventStreamMediaType = "text/event-stream";
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private readonly ApiSchemas _schemas;
    private readonly ApiNode _otherRequests;

    private ApiDocument(JsonElement root)
    {
        _schemas = new ApiSchemas(root);
        _otherRequests = ApiNode.Root(root)["x-other-requests"];
        Operations = [.. ApiNode.Root(root)["paths"].Members.SelectMany(path => path.Node.Members
            .Where(method => Methods.Contains(method.Name))
            .Select(method => new ApiOperation(
                method.Node["operationId"].Text!, method.Name.ToUpperInvariant(),
                PathOf(path.Name, method.Node["parameters"]), method.Node)))];
    }

    /// <summary>All operations, in the document's order.</summary>
    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>Reads a document.</summary>
    public static ApiDocument Parse(string json) => new(JsonDocument.Parse(json).RootElement);

    /// <summary>Reads the document that the Gateway serves.</summary>
    public static async Task<ApiDocument> LoadAsync(Stack stack)
    {
        using var client = new HttpClient { BaseAddress = stack.Url };
        return Parse(await client.GetStringAsync("/openapi/v1.json"));
    }

    /// <summary>The operation that a request meets; null when there is none. A literal segment wins over a parameter.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="path">The request's target; a query is ignored.</param>
    public ApiOperation? Find(HttpMethod method, string path) => Operations
        // Routing takes a method in any case.
        .Where(operation => operation.Method.Equals(method.Method, StringComparison.OrdinalIgnoreCase) && operation.Path.Matches(path))
        .MinBy(operation => operation.Path.ParameterCount);

    /// <summary>What the document does not allow about an answer; empty when all of it is allowed.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="path">The request's target; a query is ignored.</param>
    /// <param name="answer">The answer; its content is not read.</param>
    /// <param name="body">The answer's body; of an event stream, what was read of it.</param>
    public IReadOnlyList<string> Problems(HttpMethod method, string path, HttpResponseMessage answer, string body) =>
        Problems(method, path, ApiAnswer.From(answer, body));

    /// <inheritdoc cref="Problems(HttpMethod, string, HttpResponseMessage, string)"/>
    public IReadOnlyList<string> Problems(HttpMethod method, string path, ApiAnswer answer)
    {
        var operation = Find(method, path);
        var name = operation?.Id ?? "x-other-requests";
        var response = (operation?.Node ?? _otherRequests)["responses"][$"{answer.Status}"];
        return response.Exists
            ? [.. Of(response, answer, method == HttpMethod.Head).Select(violation => $"{name} {answer.Status}: {violation}")]
            : [$"{name}: status {answer.Status} is not documented"];
    }

    private static ApiPath PathOf(string template, ApiNode parameters)
    {
        var segments = parameters.Items.SelectMany(parameter => parameter["x-segments"].Items).Select(item => item.Number!.Value).ToList();
        return new ApiPath(template, segments.Count > 0 ? segments : null);
    }

    private IEnumerable<string> Of(ApiNode response, ApiAnswer answer, bool isHead) =>
        HeaderViolations(response["headers"], answer).Concat(ContentViolations(response["content"], answer, isHead));

    private IEnumerable<string> HeaderViolations(ApiNode headers, ApiAnswer answer)
    {
        foreach (var (name, header) in headers.Members)
        {
            if (!answer.Headers.TryGetValue(name, out var values))
            {
                if (header["required"].IsTrue)
                {
                    yield return $"header {name} is missing";
                }
                continue;
            }
            var schema = header["schema"];
            foreach (var violation in values.SelectMany(value => _schemas.Violations(schema, HeaderValue(schema, value))))
            {
                yield return $"header {name}: {violation}";
            }
        }
    }

    private IEnumerable<string> ContentViolations(ApiNode content, ApiAnswer answer, bool isHead)
    {
        if (!content.Exists)
        {
            return answer.Body.Length == 0 ? [] : ["has a body, and the document has none"];
        }
        if (isHead)
        {
            return [];
        }
        var mediaType = answer.MediaType;
        var media = content[mediaType];
        if (!media.Exists)
        {
            return [$"media type '{mediaType}' is not documented"];
        }
        return mediaType switch
        {
            EventStreamMediaType => EventViolations(media["schema"]["items"], answer.Body),
            _ when IsJson(mediaType) => JsonViolations(media["schema"], answer, isProblem: mediaType == ProblemMediaType),
            _ => [],
        };
    }

    private IEnumerable<string> JsonViolations(ApiNode schema, ApiAnswer answer, bool isProblem)
    {
        if (!TryParse(answer.Body, out var body))
        {
            return ["the body is not JSON"];
        }
        var violations = _schemas.Violations(schema, body);
        return isProblem ? violations.Concat(ProblemViolations(body, answer.Status)) : violations;
    }

    /// <summary>What no schema can say: members of a problem that must agree with each other.</summary>
    private static IEnumerable<string> ProblemViolations(JsonElement problem, int status)
    {
        if (problem.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }
        if (Text(problem, "status") != $"{status}")
        {
            yield return $"member status is {Text(problem, "status")}";
        }
        if (Text(problem, "error") != Text(problem, "title"))
        {
            yield return "members error and title differ";
        }
        if (!Text(problem, "type").EndsWith($":{Text(problem, "code")}", StringComparison.Ordinal))
        {
            yield return "member type does not end with the code";
        }
        var twice = problem.EnumerateObject().GroupBy(member => member.Name).Where(same => same.Count() > 1);
        foreach (var member in twice)
        {
            yield return $"member {member.Key} is there {member.Count()} times";
        }
    }

    /// <summary>Each event is an object for the schema: its <c>data</c> are JSON text, whose own schema is <c>contentSchema</c>.</summary>
    private IEnumerable<string> EventViolations(ApiNode schema, string body)
    {
        foreach (var streamed in EventStreamText.Events(body))
        {
            var violations = TryParse(streamed.GetValueOrDefault("data", ""), out var data)
                ? _schemas.Violations(OfEvent(schema, streamed["event"])["properties"]["data"]["contentSchema"], data)
                : ["the data are not JSON"];
            foreach (var violation in _schemas.Violations(schema, JsonSerializer.SerializeToElement(streamed)).Concat(violations))
            {
                yield return $"event '{streamed["event"]}': {violation}";
            }
        }
    }

    // Each kind of event may have a schema of its own.
    private static ApiNode OfEvent(ApiNode schema, string name) => schema["oneOf"].Exists
        ? schema["oneOf"].Items.SingleOrDefault(one => one["properties"]["event"]["const"].Text == name)
        : schema;

    private static bool TryParse(string text, out JsonElement value)
    {
        try
        {
            value = JsonSerializer.Deserialize<JsonElement>(text);
            return true;
        }
        catch (JsonException)
        {
            value = default;
            return false;
        }
    }

    // A header is text: only a schema of type integer makes it a number.
    private static JsonElement HeaderValue(ApiNode schema, string value) =>
        schema["type"].Text == "integer" && long.TryParse(value, out var number)
            ? JsonSerializer.SerializeToElement(number)
            : JsonSerializer.SerializeToElement(value);

    private static bool IsJson(string mediaType) =>
        mediaType.EndsWith("/json", StringComparison.Ordinal) || mediaType.EndsWith("+json", StringComparison.Ordinal);

    private static string Text(JsonElement problem, string member) =>
        problem.TryGetProperty(member, out var value) ? value.ToString() : "";
}
