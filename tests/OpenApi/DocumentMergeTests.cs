using System.Text.Json.Nodes;

namespace ReelBallers.OpenApi.Tests;

/// <summary>The merge itself: what is written by hand is added to the shapes, and what contradicts or repeats them is found.</summary>
public sealed class DocumentMergeTests
{
    private const string Service = """
        {
          "paths": {
            "/api/things": {
              "get": {
                "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "string" } }],
                "responses": {
                  "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Things.ThingView" } } } }
                }
              },
              "post": {
                "requestBody": {
                  "required": true,
                  "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Things.PutThing" } } }
                },
                "responses": { "204": { } }
              }
            }
          },
          "components": {
            "schemas": {
              "Things.ThingView": {
                "type": "object",
                "required": ["size", "name", "kind", "more", "counts"],
                "properties": {
                  "size": { "type": "integer", "format": "int64" },
                  "name": { "type": ["null", "string"] },
                  "kind": { "type": "string" },
                  "more": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Things.MoreView" }] },
                  "counts": { "type": "object", "additionalProperties": { "type": "integer" } }
                }
              },
              "Things.MoreView": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string", "format": "uuid" } } },
              "Things.PutThing": {
                "type": "object", "properties": { "name": { "type": ["null", "string"] }, "size": { "type": "integer" } }
              }
            }
          }
        }
        """;

    private const string Text = """
        {
          "tag": "Things",
          "paths": {
            "/api/things": {
              "get": {
                "operationId": "getThing", "summary": "A thing", "description": "It.",
                "parameters": [{ "name": "limit", "description": "How many.", "schema": { "type": "integer", "minimum": 1 } }],
                "responses": {
                  "200": { "description": "The thing.", "content": { "application/json": { "example": { "size": 1 } } } },
                  "404": { "description": "No thing." }
                }
              },
              "post": {
                "operationId": "putThing", "summary": "Put", "description": "It.", "security": [],
                "requestBody": { "content": { "application/json": { "example": { "name": "a" } } } },
                "responses": { "204": { "description": "Done." }, "503": null }
              }
            }
          },
          "records": {
            "Thing": {
              "description": "A thing.",
              "properties": {
                "size": { "minimum": 0 },
                "kind": { "$ref": "#/components/schemas/Kind" },
                "more": { "description": "Null without more." },
                "counts": { "required": ["a"], "additionalProperties": false, "properties": { "a": { "minimum": 1 } } }
              }
            },
            "More": {},
            "NewThing": { "of": "Things.PutThing", "required": ["name"], "properties": { "name": { "maxLength": 9 } } }
          },
          "components": { "schemas": { "Kind": { "type": "string", "enum": ["a", "b"] } } }
        }
        """;

    [Fact]
    public void What_is_written_is_added_to_what_the_endpoints_say()
    {
        var merged = Merge(Service, Text);
        Assert.Empty(merged.Found);
        Equal(
            """
            {
              "operationId": "getThing", "tags": ["Things"], "summary": "A thing", "description": "It.", "security": [{ "cookie": [] }],
              "parameters": [
                { "name": "limit", "in": "query", "description": "How many.", "schema": { "type": "integer", "minimum": 1 } }
              ],
              "responses": {
                "200": {
                  "description": "The thing.",
                  "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" }, "example": { "size": 1 } } }
                },
                "404": { "description": "No thing." }, "503": { "description": "Later." }
              }
            }
            """, merged.Document["paths"]!["/api/things"]!["get"]!);
        Equal(
            """
            {
              "type": "object", "description": "A thing.", "required": ["size", "name", "kind", "more", "counts"],
              "additionalProperties": false,
              "properties": {
                "size": { "type": "integer", "format": "int64", "minimum": 0 },
                "name": { "type": ["string", "null"] },
                "kind": { "$ref": "#/components/schemas/Kind" },
                "more": { "description": "Null without more.", "oneOf": [{ "$ref": "#/components/schemas/More" }, { "type": "null" }] },
                "counts": {
                  "type": "object", "required": ["a"], "additionalProperties": false,
                  "properties": { "a": { "type": "integer", "minimum": 1 } }
                }
              }
            }
            """, merged.Document["components"]!["schemas"]!["Thing"]!);
        Equal(
            """
            {
              "type": "object", "required": ["name"],
              "properties": { "name": { "type": "string", "maxLength": 9 }, "size": { "type": "integer" } }
            }
            """, merged.Document["components"]!["schemas"]!["NewThing"]!);
        Assert.Equal(["204"], merged.Document["paths"]!["/api/things"]!["post"]!["responses"]!.AsObject().Select(one => one.Key));
    }

    [Theory]
    [InlineData("\"size\": { \"minimum\": 0 }", "\"gone\": { \"minimum\": 0 }", "has no member gone")]
    [InlineData("\"minimum\": 0", "\"type\": \"string\"", "Thing/size: type is \"integer\"")]
    [InlineData("\"minimum\": 0", "\"type\": \"integer\"", "Thing/size: type is said by the endpoint already")]
    [InlineData("\"minimum\": 0", "\"format\": \"int64\"", "Thing/size: format is said by the endpoint already")]
    [InlineData("\"minimum\": 0", "\"minimun\": 0", "there is no keyword minimun")]
    [InlineData("\"size\": { \"minimum\": 0 }", "\"name\": { \"type\": \"string\" }", "Thing/name: type is [\"string\",\"null\"]")]
    [InlineData("\"size\": { \"minimum\": 0 }", "\"name\": { \"enum\": [\"a\"] }", "Thing/name: null is a value")]
    [InlineData("\"enum\": [\"a\", \"b\"]", "\"enum\": [1]", "Thing/kind: the values are of type string")]
    [InlineData("{ \"type\": \"string\", \"enum\"", "{ \"type\": \"integer\", \"enum\"", "Thing/kind: type is \"string\"")]
    [InlineData("\"description\": \"Null without more.\"", "\"minimum\": 1", "Thing/more: is More, which is described in its own place")]
    [InlineData("\"required\": [\"name\"]", "\"required\": [\"gone\"]", "has no member gone to require")]
    [InlineData("\"description\": \"A thing.\"", "\"required\": [\"size\"]", "Thing: required size is said by the endpoint already")]
    [InlineData("\"description\": \"A thing.\"", "\"additionalProperties\": true", "Thing: has no other members")]
    [InlineData("\"a\": { \"minimum\": 1 }", "\"a\": { \"type\": \"string\" }", "Thing/counts/a: type is \"integer\"")]
    [InlineData("Things.PutThing", "Things.Gone", "records/NewThing: records of the services are ")]
    [InlineData("\"More\": {}", "\"More\": { \"of\": \"Things.MoreView\" }", "records/More: of is not needed")]
    [InlineData("\"More\": {}", "\"Gone\": {}", "records/Gone: records of the services are ")]
    [InlineData("\"/api/things\"", "\"/api/gone\"", "GET /api/gone: no service has this operation")]
    [InlineData("\"/api/things\"", "\"/api/gone\"", "POST /api/things: nothing is written of it")]
    [InlineData("\"204\"", "\"200\"", "POST /api/things 200: no service answers this")]
    [InlineData("\"204\"", "\"200\"", "POST /api/things 204: nothing is written of it")]
    [InlineData("\"404\": { \"description\": \"No thing.\" }", "\"503\": { \"description\": \"Later.\" }", "503: is the default")]
    [InlineData("\"503\": null", "\"504\": null", "504: is not among the defaults")]
    [InlineData("\"security\": []", "\"security\": [{ \"cookie\": [] }]", "security is the default")]
    [InlineData("\"example\": { \"size\": 1 }", "", "GET /api/things 200: has no example")]
    [InlineData("\"example\": { \"name\": \"a\" }", "", "POST /api/things body: has no example")]
    [InlineData("\"name\": \"limit\"", "\"name\": \"gone\"", "GET /api/things: reads no parameter gone")]
    [InlineData("\"name\": \"limit\"", "\"name\": \"gone\"", "GET /api/things: nothing is written of its parameter limit")]
    [InlineData("\"name\": \"limit\"", "\"name\": \"limit\", \"in\": \"query\"", "limit: in is said by the endpoint already")]
    [InlineData("\"application/json\": { \"example\": { \"size\": 1 } }", "\"text/csv\": {}", "GET /api/things 200: is never text/csv")]
    [InlineData("\"204\": { \"description\": \"Done.\" }", "\"204\": { \"description\": \"Done.\", \"content\": {} }", "204: has no body")]
    [InlineData("\"summary\": \"A thing\", ", "", "GET /api/things: has no summary")]
    public void What_contradicts_or_repeats_the_endpoints_is_found(string right, string wrong, string expected)
    {
        Assert.Contains(right, Text, StringComparison.Ordinal);
        var found = Merge(Service, Text.Replace(right, wrong, StringComparison.Ordinal)).Found;
        Assert.Contains(found, line => line.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_request_may_say_that_null_counts_as_missing()
    {
        var merged = Merge(Service, Text.Replace("\"maxLength\": 9", "\"type\": [\"string\", \"null\"]", StringComparison.Ordinal));
        Assert.Empty(merged.Found);
        Equal("""{ "type": ["string", "null"] }""", merged.Document["components"]!["schemas"]!["NewThing"]!["properties"]!["name"]!);
    }

    private static MergedDocument Merge(string service, string text)
    {
        var found = new List<string>();
        var shapes = new Shapes(new Dictionary<string, JsonObject> { ["Things"] = JsonNode.Parse(service)!.AsObject() });
        var document = """
            {
              "tags": [{ "name": "Things" }],
              "defaults": {
                "security": [{ "cookie": [] }],
                "responses": { "every": { "503": { "description": "Later." } }, "changes": {}, "proxied": {} }
              }
            }
            """;
        var files = new Dictionary<string, JsonObject>
        {
            ["document"] = JsonNode.Parse(document)!.AsObject(),
            ["things"] = JsonNode.Parse(text)!.AsObject(),
        };
        return DocumentMerge.Make(shapes, new Prose(files, shapes, found), found);
    }

    private static void Equal(string expected, JsonNode found) =>
        Assert.Equal(DocumentText.Of(JsonNode.Parse(expected)!), DocumentText.Of(found));
}
