using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>Adds what is written by hand to the shape of an operation.</summary>
/// <param name="defaults">The security and the errors of every operation that says nothing else.</param>
/// <param name="prose">What is written by hand.</param>
/// <param name="schemas">Merges schemas.</param>
/// <param name="found">For what is wrong.</param>
internal sealed class OperationMerge(JsonObject defaults, Prose prose, SchemaMerge schemas, List<string> found)
{
    private static readonly string[] Members =
        ["operationId", "tags", "summary", "description", "security", "parameters", "requestBody", "responses"];

    private static readonly string[] Needed = ["operationId", "summary", "description"];

    /// <summary>Merges.</summary>
    public JsonObject Merge(JsonObject shape, JsonObject text, string tag, string method, string place)
    {
        found.AddRange(text.Where(member => !Members.Contains(member.Key) || member.Key == "tags")
            .Select(member => $"{place}: {member.Key} is not written here"));
        found.AddRange(Needed.Where(member => text[member] is null).Select(member => $"{place}: has no {member}"));
        if (JsonNode.DeepEquals(text["security"], defaults["security"]))
        {
            found.Add($"{place}: security is the default");
        }
        var merged = new JsonObject();
        foreach (var member in Members)
        {
            var value = member switch
            {
                "tags" => new JsonArray(tag),
                "security" => (text[member] ?? defaults[member])!.DeepClone(),
                "parameters" => Parameters(shape["parameters"]?.AsArray() ?? [], text[member]?.AsArray() ?? [], place),
                "requestBody" => Body(shape[member]?.AsObject(), text[member]?.AsObject(), place),
                "responses" => Responses(shape, text[member]?.AsObject() ?? [], method, place),
                _ => text[member]?.DeepClone(),
            };
            if (value is not null)
            {
                merged[member] = value;
            }
        }
        return merged;
    }

    private JsonArray? Parameters(JsonArray shapes, JsonArray texts, string place)
    {
        var left = shapes.Select(one => one!.AsObject()).ToList();
        var merged = new JsonArray();
        foreach (var text in texts.Select(text => text!.AsObject()))
        {
            var isShared = text.ContainsKey("$ref");
            var whole = isShared ? prose.Shared(text) : text;
            var shape = left.FirstOrDefault(one => (string?)one["name"] == (string?)whole["name"]);
            if (shape is null)
            {
                found.Add($"{place}: reads no parameter {(string?)whole["name"]}");
                continue;
            }
            left.Remove(shape);
            var parameter = Parameter(shape, whole, isShared, $"{place} {(string?)whole["name"]}");
            merged.Add(isShared ? text.DeepClone() : parameter);
        }
        found.AddRange(left.Select(one => $"{place}: nothing is written of its parameter {(string?)one["name"]}"));
        return merged.Count > 0 ? merged : null;
    }

    private JsonObject Parameter(JsonObject shape, JsonObject text, bool isShared, string place)
    {
        var merged = new JsonObject
        {
            ["name"] = (string?)shape["name"],
            ["in"] = (string?)shape["in"],
            ["required"] = (bool?)shape["required"] ?? (bool?)text["required"],
        };
        if (!isShared)
        {
            found.AddRange(text.Where(member => member.Key == "in" || (member.Key == "required" && shape["required"] is not null))
                .Select(member => $"{place}: {member.Key} is said by the endpoint already"));
        }
        else if ((string?)text["in"] != (string?)shape["in"] || ((bool?)shape["required"] is true && (bool?)text["required"] is not true))
        {
            found.Add($"{place}: is another parameter than {(string?)text["name"]} in {(string?)text["in"]}");
        }
        foreach (var (member, value) in text.Where(member => !merged.ContainsKey(member.Key) && member.Key != "schema"))
        {
            merged[member] = value?.DeepClone();
        }
        merged["schema"] = schemas.Merge(
            shape["schema"]!.AsObject(), text["schema"]?.AsObject(), place, new MergeRules(IsWhole: isShared, IsParameter: true));
        if (merged["required"] is null)
        {
            merged.Remove("required");
        }
        return merged;
    }

    private JsonObject? Body(JsonObject? shape, JsonObject? text, string place)
    {
        if (shape is null)
        {
            if (text is not null)
            {
                found.Add($"{place}: reads no body");
            }
            return null;
        }
        var merged = new JsonObject();
        if (text?["description"] is { } description)
        {
            merged["description"] = description.DeepClone();
        }
        // A service may check that itself.
        if ((bool?)shape["required"] is true || (bool?)text?["required"] is true)
        {
            merged["required"] = true;
        }
        merged["content"] = Content(shape["content"]!.AsObject(), text?["content"]?.AsObject() ?? [], $"{place} body", isRead: true);
        return merged;
    }

    private JsonObject Responses(JsonObject operation, JsonObject texts, string method, string place)
    {
        var shapes = operation["responses"]!.AsObject();
        var merged = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (status, response) in Defaults(operation, method))
        {
            merged[status] = response!.DeepClone();
        }
        foreach (var (status, text) in texts)
        {
            var at = $"{place} {status}";
            var isDefault = merged.TryGetValue(status, out var usual);
            merged.Remove(status);
            if (shapes[status] is JsonObject shape)
            {
                merged[status] = Response(shape, text!.AsObject(), at);
            }
            else if (text is not null)
            {
                merged[status] = text.DeepClone();
                found.AddRange(IsSuccess(status) ? [$"{at}: no service answers this"]
                    : isDefault && JsonNode.DeepEquals(usual, text) ? [$"{at}: is the default"] : []);
            }
            // Null takes a default away.
            else if (!isDefault)
            {
                found.Add($"{at}: is not among the defaults");
            }
        }
        found.AddRange(shapes.Where(shape => !texts.ContainsKey(shape.Key))
            .Select(shape => $"{place} {shape.Key}: nothing is written of it"));
        return new JsonObject(merged);
    }

    private IEnumerable<KeyValuePair<string, JsonNode?>> Defaults(JsonObject operation, string method) => new[]
    {
        ("every", true), ("changes", method != "get"), ("proxied", operation.ContainsKey(Shapes.IsProxied)),
    }.Where(group => group.Item2).SelectMany(group => defaults["responses"]![group.Item1]!.AsObject());

    private JsonObject Response(JsonObject shape, JsonObject text, string place)
    {
        var merged = new JsonObject();
        foreach (var (member, value) in text.Where(member => member.Key != "content"))
        {
            merged[member] = value?.DeepClone();
        }
        if (text["description"] is null)
        {
            found.Add($"{place}: has no description");
        }
        if (shape["content"] is JsonObject content)
        {
            merged["content"] = Content(content, text["content"]?.AsObject() ?? [], place, isRead: false);
        }
        else if (text["content"] is not null)
        {
            found.Add($"{place}: has no body");
        }
        return merged;
    }

    private JsonObject Content(JsonObject shapes, JsonObject texts, string place, bool isRead)
    {
        var merged = new JsonObject();
        found.AddRange(texts.Where(text => !shapes.ContainsKey(text.Key)).Select(text => $"{place}: is never {text.Key}"));
        foreach (var (type, shape) in shapes)
        {
            var text = texts[type]?.AsObject() ?? [];
            var media = new JsonObject
            {
                ["schema"] = shape![Shapes.EventData] is JsonArray data
                    ? schemas.MergeEvents(data, text["schema"], place)
                    : schemas.Merge(shape["schema"]!.AsObject(), text["schema"]?.AsObject(), place, new MergeRules(IsRead: isRead)),
            };
            foreach (var (member, value) in text.Where(member => member.Key != "schema"))
            {
                media[member] = value?.DeepClone();
            }
            merged[type] = media;
            if (!text.ContainsKey("example") && !text.ContainsKey("examples"))
            {
                found.Add($"{place}: has no example");
            }
        }
        return merged;
    }

    private static bool IsSuccess(string status) => status[0] is '2' or '3';
}
