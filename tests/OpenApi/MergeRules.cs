using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>What may be written of a value.</summary>
/// <param name="IsRead">It is part of a request: more of it may be required, for services check that themselves.</param>
/// <param name="IsWhole">It is a schema of its own, which says all of it.</param>
/// <param name="IsParameter">It is a parameter, which a service takes as a text so that its errors name it.</param>
internal readonly record struct MergeRules(bool IsRead = false, bool IsWhole = false, bool IsParameter = false)
{
    private const string Text = "string";

    /// <summary>Whether this type may be written.</summary>
    public bool Allows(JsonObject shape, JsonNode type) =>
        IsWhole && JsonNode.DeepEquals(shape["type"], type)
        || IsParameter && (string?)shape["type"] == Text && (IsWhole || (string?)type != Text)
        || shape.ContainsKey(Shapes.MayBeNull) && JsonNode.DeepEquals(new JsonArray(shape["type"]!.DeepClone(), "null"), type);

    /// <summary>Whether this value repeats what the shape has.</summary>
    public bool Repeats(JsonNode? own, JsonNode? value) => !IsWhole && JsonNode.DeepEquals(own, value);
}
