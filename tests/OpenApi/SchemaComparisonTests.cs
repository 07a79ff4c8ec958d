using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>The comparison itself: each kind of contradiction is found, and what the document may add is not one.</summary>
public sealed class SchemaComparisonTests
{
    [Theory]
    [InlineData("""{ "type": "string" }""", """{ "type": "integer" }""", "type")]
    [InlineData("""{ "type": "boolean" }""", """{ "const": "true" }""", "type")]
    [InlineData("""{ "type": "integer", "format": "int64" }""", """{ "type": "integer" }""", "format")]
    [InlineData("""{ "type": "integer" }""", """{ "type": "integer", "format": "int64" }""", "format")]
    [InlineData("""{ "type": "string" }""", """{ "type": "string", "format": "date-time" }""", "format")]
    [InlineData("""{ "type": ["null", "string"] }""", """{ "type": "string" }""", "nullable")]
    [InlineData("""{ "type": "string" }""", """{ "enum": ["a", null] }""", "nullable")]
    [InlineData("""{ "oneOf": [{ "type": "null" }, { "type": "object" }] }""", """{ "type": "object" }""", "nullable")]
    [InlineData("""{ "enum": ["a", "b"] }""", """{ "enum": ["a"] }""", "values")]
    [InlineData("""{ "enum": ["a"] }""", """{ "type": "string" }""", "values")]
    [InlineData("""{ "type": "array", "items": { "type": "string" } }""", """{ "type": "array" }""", "/*: is missing")]
    [InlineData(
        """{ "type": "array", "items": { "type": "string" } }""", """{ "type": "array", "items": { "type": "number" } }""", "/*: type")]
    [InlineData(
        """{ "type": "object", "properties": { "a": { "type": "string" } } }""", """{ "type": "object", "properties": { "b": {} } }""",
        "members")]
    [InlineData(
        """{ "type": "object", "properties": { "a": { "type": "string" } } }""",
        """{ "type": "object", "properties": { "a": { "type": "number" } } }""", "/a: type")]
    [InlineData(
        """{ "type": "object", "additionalProperties": { "type": "string" } }""",
        """{ "type": "object", "properties": { "a": { "type": "number" } } }""", "/a: type")]
    [InlineData(
        """{ "oneOf": [{ "type": "string" }, { "type": "number" }] }""", """{ "oneOf": [{ "type": "string" }] }""", "alternatives")]
    [InlineData(
        """{ "oneOf": [{ "type": "string" }, { "type": "number" }] }""", """{ "oneOf": [{ "type": "string" }, { "type": "string" }] }""",
        "/1: type")]
    public void A_contradiction_is_found(string service, string published, string expected)
    {
        var isNullable = service.Contains("null", StringComparison.Ordinal);
        foreach (var isRequest in new[] { false, true }.Where(isRequest => !isRequest || !isNullable))
        {
            Assert.Contains(Compare(service, published, isRequest), found => found.Contains(expected, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("""["a"]""", """["a", "b"]""", true, 0)]
    [InlineData("""["a", "b"]""", """["a"]""", true, 1)]
    [InlineData("""["a"]""", """["a", "b"]""", false, 1)]
    [InlineData("""["a", "b"]""", """["a"]""", false, 1)]
    public void Only_a_request_may_have_to_have_more_members(string service, string published, bool isRequest, int count) => Assert.Equal(
        count, Compare(Members(service), Members(published), isRequest).Count);

    [Theory]
    [InlineData("""{ "type": "string" }""", """{ "type": "string", "format": "uri", "minLength": 1, "description": "x" }""")]
    [InlineData("""{ "type": "string" }""", """{ "enum": ["a", "b"] }""")]
    [InlineData("""{ "type": ["null", "string"] }""", """{ "oneOf": [{ "type": "null" }, { "const": "a" }] }""")]
    [InlineData("{ }", """{ "type": "object", "properties": { "a": {} } }""")]
    [InlineData(
        """{ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "number" } } }""",
        """{ "allOf": [{ "properties": { "a": { "type": "string" } } }], "properties": { "b": { "type": "number" } } }""")]
    public void What_the_document_adds_is_no_contradiction(string service, string published) =>
        Assert.Empty(Compare(service, published, isRequest: false));

    [Fact]
    public void A_request_need_not_be_told_that_null_counts_as_missing()
    {
        Assert.Empty(Compare("""{ "type": ["null", "string"] }""", """{ "type": "string" }""", isRequest: true));
        Assert.NotEmpty(Compare("""{ "type": "string" }""", """{ "type": ["null", "string"] }""", isRequest: true));
    }

    private static string Members(string required) =>
        $$"""{ "type": "object", "required": {{required}}, "properties": { "a": { "type": "string" }, "b": { "type": "string" } } }""";

    private static IReadOnlyList<string> Compare(string service, string published, bool isRequest) =>
        new SchemaComparison(isRequest).Compare(Schema(service), Schema(published), "");

    private static Schema Schema(string text)
    {
        var node = JsonNode.Parse(text)!.AsObject();
        return Tests.Schema.Of(node, node);
    }
}
