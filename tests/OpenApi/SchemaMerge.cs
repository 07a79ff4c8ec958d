using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>
/// Adds what is written by hand to the shape of a value. What contradicts the shape or says it again is noted, with its place.
/// </summary>
/// <param name="shapes">What the endpoints say.</param>
/// <param name="prose">What is written by hand.</param>
/// <param name="found">For what is wrong.</param>
internal sealed class SchemaMerge(Shapes shapes, Prose prose, List<string> found)
{
    // In the order in which the document has them. What is not among them is a mistake.
    private static readonly string[] Keywords =
    [
        "$ref", "type", "format", "contentMediaType", "contentSchema", "const", "enum", "description", "default", "pattern", "minLength",
        "maxLength", "minimum", "exclusiveMinimum", "maximum", "minItems", "maxItems", "uniqueItems", "minProperties", "required",
        "additionalProperties", "properties", "items", "oneOf", "allOf", "unevaluatedProperties",
    ];

    private static readonly string[] Restricting = ["$ref", "type", "enum", "oneOf"];

    /// <summary>The places whose shape is unknown, so that all of it is written by hand.</summary>
    public List<string> Unshaped { get; } = [];

    /// <summary>Merges.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="text">What is written by hand; null for nothing.</param>
    /// <param name="place">The place.</param>
    /// <param name="rules">What may be written.</param>
    public JsonObject Merge(JsonObject shape, JsonObject? text, string place, MergeRules rules)
    {
        if (Shapes.RecordOf(shape) is { } record)
        {
            return MergeRecord(record, text, place, rules);
        }
        if (shape["oneOf"] is JsonArray alternatives && alternatives.Any(IsNull))
        {
            if (IsAny(alternatives[0]!))
            {
                return Merge([], text, place, rules);
            }
            return MergeNullable(alternatives[0]!.AsObject(), text, place, rules);
        }
        if ((string?)text?["$ref"] is { } reference)
        {
            return MergeNamed(shape, reference, text, place, rules);
        }
        if (!Restricting.Any(shape.ContainsKey))
        {
            Unshaped.Add(place);
            return text?.DeepClone().AsObject() ?? [];
        }
        return shape["oneOf"] is JsonArray several
            ? MergeAlternatives(several, text, place, rules)
            : MergeValue(shape, text, place, rules);
    }

    /// <summary>A reference to a schema of the document.</summary>
    public static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    /// <summary>The schema of a stream, which is written by hand but for the data of its events.</summary>
    public JsonObject MergeEvents(JsonArray data, JsonNode? text, string place)
    {
        var name = text is null ? null : Shapes.RecordOf(text);
        if (name is null || !prose.Schemas.TryGetValue(name, out var stream))
        {
            found.Add($"{place}: its events are not described");
            return [];
        }
        var events = stream["items"]!["oneOf"] is JsonArray several ? [.. several] : new List<JsonNode?> { stream["items"] };
        var described = events.Select(one => Shapes.RecordOf(one!["properties"]!["data"]!["contentSchema"]!)).Distinct().Order();
        var sent = data.Select(one => prose.NameOf(Shapes.RecordOf(one!)!)).Distinct().Order();
        Check(described.SequenceEqual(sent), $"{place}: the data of its events is {string.Join(", ", sent)}");
        return Reference(name);
    }

    private JsonObject MergeRecord(string record, JsonObject? text, string place, MergeRules rules)
    {
        if (prose.NameOf(record) is not { } name)
        {
            return Merge(shapes.Records[record], text, place, rules with { IsRead = shapes.IsRead(record) });
        }
        if (rules.IsWhole ? Shapes.RecordOf(text ?? []) != name : text?.Count > 0)
        {
            found.Add($"{place}: is {name}, which is described in its own place");
        }
        return Reference(name);
    }

    private JsonObject MergeNullable(JsonObject shape, JsonObject? text, string place, MergeRules rules)
    {
        var rest = text?.DeepClone().AsObject();
        JsonNode? description = null;
        rest?.Remove("description", out description);
        if (rules.IsWhole && rest?["oneOf"] is JsonArray { Count: 2 } either && either.Any(IsNull))
        {
            rest = either.Single(one => !IsNull(one))!.DeepClone().AsObject();
        }
        var result = description is null ? [] : new JsonObject { ["description"] = description };
        result["oneOf"] = new JsonArray(Merge(shape, rest, place, rules), new JsonObject { ["type"] = "null" });
        return result;
    }

    // A value that has a name in the document and none where the service has it.
    private JsonObject MergeNamed(JsonObject shape, string reference, JsonObject text, string place, MergeRules rules)
    {
        var name = reference.Split('/')[^1];
        var named = prose.Schemas.GetValueOrDefault(name)
            ?? (prose.Records.TryGetValue(name, out var known) ? shapes.Records[known.Records[0]] : null);
        if (named is null)
        {
            found.Add($"{place}: there is no schema {name}");
            return [];
        }
        var isNullable = shape["type"] is JsonArray;
        var value = shape.DeepClone().AsObject();
        if (isNullable)
        {
            value["type"] = shape["type"]![0]!.DeepClone();
        }
        Merge(value, named, place, rules with { IsWhole = true });
        if (!isNullable)
        {
            return Reference(name);
        }
        var result = text["description"] is { } description ? new JsonObject { ["description"] = description.DeepClone() } : [];
        result["oneOf"] = new JsonArray(Reference(name), new JsonObject { ["type"] = "null" });
        return result;
    }

    private JsonObject MergeAlternatives(JsonArray several, JsonObject? text, string place, MergeRules rules)
    {
        var alternatives = several.Select(one => Merge(one!.AsObject(), null, place, rules with { IsWhole = false }));
        var merged = new JsonObject { ["oneOf"] = new JsonArray([.. alternatives]) };
        if (text is not null && !JsonNode.DeepEquals(merged["oneOf"], text["oneOf"]))
        {
            found.Add($"{place}: the alternatives are {merged["oneOf"]!.ToJsonString()}");
        }
        return merged;
    }

    private JsonObject MergeValue(JsonObject shape, JsonObject? text, string place, MergeRules rules)
    {
        var merged = shape.DeepClone().AsObject();
        foreach (var (keyword, value) in text ?? [])
        {
            Merge(keyword, shape, text!, merged, value, place, rules);
        }
        if (shape["properties"] is JsonObject members)
        {
            merged["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(
                member.Key,
                (JsonNode?)Merge(member.Value!.AsObject(), text?["properties"]?[member.Key]?.AsObject(), $"{place}/{member.Key}", rules))));
        }
        if (shape["items"] is JsonObject items)
        {
            merged["items"] = Merge(items, text?["items"]?.AsObject(), $"{place}/*", rules);
        }
        if (shape["additionalProperties"] is JsonObject && merged["additionalProperties"] is JsonObject)
        {
            merged["additionalProperties"] = Merge(
                shape["additionalProperties"]!.AsObject(), text?["additionalProperties"]?.AsObject(), $"{place}/*", rules);
        }
        return Ordered(merged);
    }

    private void Merge(
        string keyword, JsonObject shape, JsonObject text, JsonObject merged, JsonNode? value, string place, MergeRules rules)
    {
        var own = shape[keyword];
        switch (keyword)
        {
            case "properties":
                MergeMembers(shape, value!.AsObject(), merged, place, rules);
                break;
            case "required":
                MergeRequired(shape, text, merged, value!.AsArray(), place, rules);
                break;
            case "items" or "additionalProperties" when value is JsonObject:
                Check(own is JsonObject, $"{place}: has no {keyword}");
                break;
            case "additionalProperties":
                Check(!rules.Repeats(own, value), Again(place, keyword));
                Check(value!.GetValue<bool>() is false || own is null, $"{place}: has no other members");
                merged[keyword] = value.DeepClone();
                break;
            case "type" when own is not null && !rules.Allows(shape, value!):
                found.Add(JsonNode.DeepEquals(own, value)
                    ? Again(place, keyword)
                    : $"{place}: type is {own.ToJsonString()}, not {value!.ToJsonString()}");
                break;
            case "enum" or "const":
                CheckValues(shape, keyword == "const" ? [value] : [.. value!.AsArray()], place, rules);
                merged.Remove("enum");
                merged[keyword] = value?.DeepClone();
                break;
            case "format" when JsonNode.DeepEquals(own, value):
                Check(rules.IsWhole, Again(place, keyword));
                break;
            // A service has texts for what it checks itself.
            case "format" when own is not null || (!rules.IsParameter && Type(shape) != "string"):
                found.Add($"{place}: format is {own?.ToJsonString() ?? "none"}, not {value!.ToJsonString()}");
                break;
            default:
                Check(Keywords.Contains(keyword), $"{place}: there is no keyword {keyword}");
                merged[keyword] = value?.DeepClone();
                break;
        }
    }

    private void MergeMembers(JsonObject shape, JsonObject members, JsonObject merged, string place, MergeRules rules)
    {
        var own = shape["properties"]?.AsObject();
        foreach (var (name, member) in members.Where(member => own?.ContainsKey(member.Key) is not true))
        {
            // The members of a map may be named.
            if (shape["additionalProperties"] is JsonObject other)
            {
                merged["properties"] ??= new JsonObject();
                merged["properties"]![name] = Merge(other, member!.AsObject(), $"{place}/{name}", rules);
            }
            else
            {
                found.Add($"{place}: has no member {name}");
            }
        }
    }

    private void MergeRequired(JsonObject shape, JsonObject text, JsonObject merged, JsonArray names, string place, MergeRules rules)
    {
        var own = shape["required"]?.AsArray().Select(name => (string)name!).ToList() ?? [];
        var members = (shape["properties"] ?? text["properties"])?.AsObject().Select(member => member.Key).ToList() ?? [];
        var given = names.Select(name => (string)name!).ToList();
        var isMap = shape["additionalProperties"] is JsonObject;
        foreach (var name in given)
        {
            Check(members.Contains(name), $"{place}: has no member {name} to require");
            Check(!own.Contains(name) || rules.IsWhole, Again(place, $"required {name}"));
            Check(own.Contains(name) || rules.IsRead || isMap, $"{place}: {name} is not required");
        }
        merged["required"] = new JsonArray(
            [.. members.Where(name => own.Contains(name) || given.Contains(name)).Select(name => (JsonNode)name)]);
    }

    private void CheckValues(JsonObject shape, IReadOnlyList<JsonNode?> values, string place, MergeRules rules)
    {
        if (shape["enum"] is JsonArray own)
        {
            Check(own.Select(one => (string?)one).Order().SequenceEqual(values.Select(one => (string?)one).Order()),
                $"{place}: values are {own.ToJsonString()}");
            Check(rules.IsWhole, Again(place, "enum"));
        }
        var isNullable = shape["type"] is JsonArray;
        Check(values.Contains(null) == isNullable, $"{place}: null {(isNullable ? "is a value" : "is no value")}");
        Check(
            rules.IsParameter || values.All(value => value is null || TypeOf(value) == Type(shape)),
            $"{place}: the values are of type {Type(shape)}");
    }

    private static string Again(string place, string what) => $"{place}: {what} is said by the endpoint already";

    private static string? Type(JsonObject shape) => (string?)(shape["type"] is JsonArray types ? types[0] : shape["type"]);

    private static string TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.Number => "integer",
        _ => "boolean",
    };

    private static JsonObject Ordered(JsonObject schema) => new(schema.ToList()
        .Where(one => one.Key != Shapes.MayBeNull).OrderBy(one => Array.IndexOf(Keywords, one.Key))
        .Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));

    // JSON of any kind.
    private bool IsAny(JsonNode shape) => Shapes.RecordOf(shape) is { } record && !Restricting.Any(shapes.Records[record].ContainsKey);

    private static bool IsNull(JsonNode? schema) => schema!["type"] is JsonValue type && (string?)type == "null";

    private void Check(bool isRight, string otherwise)
    {
        if (!isRight)
        {
            found.Add(otherwise);
        }
    }
}
