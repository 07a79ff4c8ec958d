using System.Text.Json.Nodes;

namespace ReelBallers.Gateway.Tests;

/// <summary>
/// The OpenAPI document as Kiota can read it: one type of error for all operations, and no <c>oneOf</c>, which it reads only with a
/// discriminator.
/// </summary>
internal static class KiotaDocument
{
    /// <summary>Changes the document.</summary>
    public static string Of(string document)
    {
        var root = JsonNode.Parse(document)!.AsObject();
        foreach (var (_, operation) in root["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()))
        {
            var responses = operation!["responses"]!.AsObject();
            foreach (var status in responses.Select(response => response.Key).Where(status => status[0] is '4' or '5').ToList())
            {
                responses.Remove(status);
            }
            responses["4XX"] = Problem();
            responses["5XX"] = Problem();
        }
        var schemas = root["components"]!["schemas"]!.AsObject();
        schemas["Problem"]!["properties"]!["code"] = new JsonObject { ["type"] = "string" };
        foreach (var unused in schemas.Select(schema => schema.Key)
            .Where(name => name.EndsWith("Problem", StringComparison.Ordinal) && name != "Problem").ToList())
        {
            schemas.Remove(unused);
        }
        root["components"]!.AsObject().Remove("responses");
        Rename(root);
        return root.ToJsonString();
    }

    private static JsonObject Problem() => new()
    {
        ["description"] = "An error.",
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" } },
        },
    };

    private static void Rename(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["oneOf"] is JsonArray alternatives && alternatives.All(one => (one as JsonObject)?.ContainsKey("$ref") is true))
                {
                    members.Remove("oneOf");
                    members["anyOf"] = alternatives;
                }
                foreach (var (_, value) in members)
                {
                    Rename(value);
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Rename(item);
                }
                break;
        }
    }
}
