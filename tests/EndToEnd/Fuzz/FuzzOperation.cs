using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>An operation of the OpenAPI document, as far as a request needs it.</summary>
internal sealed record FuzzOperation(
    string Method, string Path, IReadOnlyList<string> Query, IReadOnlyList<string> Headers, JsonElement? Body)
{
    private static readonly string[] ActsOfAdmins =
        ["role", "credits", "join", "refund", "approve", "reject", "pause", "resume"];

    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    public bool IsStripeWebhook => Headers.Contains("Stripe-Signature");

    public bool IsResendWebhook => Headers.Contains("svix-signature");

    public bool IsOperators => Path.StartsWith("/api/admin/", StringComparison.Ordinal);

    /// <summary>Whether support may not.</summary>
    public bool IsAdmins => Path.StartsWith("/api/admin/webhooks", StringComparison.Ordinal)
        || (Method != "GET" && ActsOfAdmins.Contains(Path.Split('/')[^1]));

    public bool IsRunPodWebhook => Path.StartsWith("/api/runpod/", StringComparison.Ordinal);

    /// <summary>
    /// Whether it may end the session that asks for it, by any method, since one of the tricks is another method: nothing that is still
    /// needed may ask.
    /// </summary>
    public bool EndsSession => Path.StartsWith("/api/auth/logout", StringComparison.Ordinal)
        || Path.StartsWith("/api/auth/sessions", StringComparison.Ordinal)
        // Its DELETE deletes the user.
        || Path == "/api/account";

    public override string ToString() => $"{Method} {Path}";

    public static async Task<IReadOnlyList<FuzzOperation>> ReadAsync(Uri url)
    {
        using var client = new HttpClient { BaseAddress = url };
        var document = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync("/openapi/v1.json"));
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from method in path.Value.EnumerateObject()
               where Methods.Contains(method.Name)
               select Read(document, path.Name, path.Value, method),
        ];
    }

    private static FuzzOperation Read(JsonElement document, string path, JsonElement item, JsonProperty method)
    {
        var parameters = new[] { item, method.Value }
            .Where(holder => holder.TryGetProperty("parameters", out _))
            .SelectMany(holder => holder.GetProperty("parameters").EnumerateArray())
            .Select(parameter => Resolve(document, parameter)).ToList();
        IReadOnlyList<string> In(string place) =>
            [.. parameters.Where(parameter => parameter.GetProperty("in").GetString() == place)
                .Select(parameter => parameter.GetProperty("name").GetString()!)];
        JsonElement? body = method.Value.TryGetProperty("requestBody", out var request)
            && Resolve(document, request).GetProperty("content").TryGetProperty("application/json", out var json)
            && json.TryGetProperty("schema", out var schema) ? Expand(document, schema, depth: 0) : null;
        return new FuzzOperation(
            method.Name.ToUpperInvariant(), path, In("query"), In("header"), body);
    }

    private static JsonElement Resolve(JsonElement document, JsonElement element)
    {
        while (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference))
        {
            element = reference.GetString()!.TrimStart('#', '/').Split('/').Aggregate(document, (node, step) => node.GetProperty(step));
        }
        return element;
    }

    /// <summary>The schema with its references in place, to a depth that no request needs.</summary>
    private static JsonElement Expand(JsonElement document, JsonElement schema, int depth)
    {
        schema = Resolve(document, schema);
        if (schema.ValueKind == JsonValueKind.Array)
        {
            return JsonSerializer.SerializeToElement(schema.EnumerateArray().Select(one => Expand(document, one, depth + 1)));
        }
        if (schema.ValueKind != JsonValueKind.Object || depth > 16)
        {
            return schema;
        }
        var expanded = new JsonObject();
        foreach (var member in schema.EnumerateObject())
        {
            expanded[member.Name] = JsonSerializer.SerializeToNode(Expand(document, member.Value, depth + 1));
        }
        return JsonSerializer.SerializeToElement(expanded);
    }
}
