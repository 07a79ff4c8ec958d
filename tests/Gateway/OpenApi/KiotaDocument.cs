using System.Text.Json.Nodes;

namespace ReelBallers.Gateway.Tests;

/// <summary>
/// The OpenAPI document as Kiota can read it: one type of error for all operations, no <c>oneOf</c>, which it reads only with a
/// discriminator, and no base types: for one that no operation answers, it writes a factory method in some runs and not in others.
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
        RemoveBases(schemas);
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

    private static void RemoveBases(JsonObject schemas)
    {
        var bases = new HashSet<string>();
        foreach (var schema in schemas.Select(schema => schema.Value!.AsObject()))
        {
            if (!schema.Remove("allOf", out var parts))
            {
                continue;
            }
            var (required, properties) = (new JsonArray(), new JsonObject());
            foreach (var name in parts!.AsArray().Select(part => part!["$ref"]!.GetValue<string>().Split('/')[^1]))
            {
                bases.Add(name);
                Merge(schemas[name]!.AsObject(), required, properties);
            }
            Merge(schema, required, properties);
            (schema["type"], schema["required"], schema["properties"]) = ("object", required, properties);
        }
        foreach (var name in bases)
        {
            schemas.Remove(name);
        }
    }

    private static void Merge(JsonObject schema, JsonArray required, JsonObject properties)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            required.Add(name!.DeepClone());
        }
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            properties[name] = property!.DeepClone();
        }
    }

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
