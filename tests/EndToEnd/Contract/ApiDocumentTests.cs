using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The comparison itself: each kind of difference is found.</summary>
public sealed class ApiDocumentTests
{
    private const string Thing = """{"id":"7","size":1}""";
    private const string Problem = """{"type":"urn:x:problem:gone","title":"Gone","error":"Gone","status":410,"code":"gone"}""";

    private readonly ApiDocument _document = ApiDocument.Parse(
        """
        {
          "paths": {
            "/things/{id}": {
              "get": {
                "operationId": "getThing",
                "responses": {
                  "200": {
                    "headers": {
                      "Location": { "required": true, "schema": { "type": "string", "pattern": "^/" } },
                      "Age": { "schema": { "type": "integer" } }
                    },
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } }
                  },
                  "204": {},
                  "410": { "$ref": "#/components/responses/Gone" }
                }
              }
            },
            "/files/{key}": {
              "get": {
                "operationId": "getFile",
                "parameters": [{ "name": "x" }, { "$ref": "#/components/parameters/Key" }],
                "responses": {}
              }
            },
            "/things/all": {
              "get": {
                "operationId": "followThings",
                "responses": {
                  "200": { "content": { "text/event-stream": { "schema": { "$ref": "#/components/schemas/Things" } } } }
                }
              }
            }
          },
          "components": {
            "parameters": { "Key": { "name": "key", "x-segments": [1, 3] } },
            "responses": {
              "Gone": {
                "content": {
                  "application/problem+json": {
                    "schema": {
                      "allOf": [{ "$ref": "#/components/schemas/Problem" }],
                      "properties": { "code": { "const": "gone" } },
                      "unevaluatedProperties": false
                    }
                  }
                }
              }
            },
            "schemas": {
              "Thing": {
                "type": "object",
                "required": ["id", "size"],
                "additionalProperties": false,
                "properties": {
                  "id": { "type": "string" }, "size": { "type": "integer" }, "at": { "type": "string", "format": "date-time" }
                }
              },
              "Things": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["id", "event", "data"],
                  "properties": {
                    "id": { "type": "string" },
                    "event": { "const": "thing" },
                    "data": { "type": "string", "contentSchema": { "$ref": "#/components/schemas/Thing" } }
                  }
                }
              },
              "Problem": {
                "type": "object",
                "required": ["type", "title", "status", "code", "error"],
                "properties": { "type": {}, "title": {}, "status": {}, "code": {}, "error": {} }
              }
            }
          },
          "x-other-requests": { "responses": { "410": { "$ref": "#/components/responses/Gone" } } }
        }
        """);

    [Fact]
    public void An_answer_as_documented_has_no_violations()
    {
        Assert.Empty(Compare("/things/7?x=1", 200, "application/json; charset=utf-8", Thing, ("Location", "/things/7"), ("Age", "3")));
        Assert.Empty(Compare("/things/7", 204, null, ""));
        Assert.Empty(Compare("/things/7", 410, "application/problem+json", Problem));
        Assert.Empty(Compare("/other", 410, "application/problem+json", Problem));
        var stream = $": \n\nid: 1\nevent: thing\ndata: {Thing}\n\nid: 2\nevent: thing\ndata: {{\"id";
        Assert.Empty(Compare("/things/all", 200, "text/event-stream", stream));
    }

    [Theory]
    [InlineData(200, "application/json", """{"id":"7","size":1,"extra":true}""", "/extra")]
    [InlineData(200, "application/json", """{"id":"7"}""", "size")]
    [InlineData(200, "application/json", """{"id":"7","size":"1"}""", "/size type")]
    [InlineData(200, "application/json", """{"id":"7","size":1,"at":"yesterday"}""", "/at format")]
    [InlineData(200, "application/json", "{", "not JSON")]
    [InlineData(200, "text/html", Thing, "media type 'text/html'")]
    [InlineData(204, "application/json", "{}", "has a body")]
    [InlineData(500, "application/json", "{}", "status 500 is not documented")]
    [InlineData(410, "application/json", Problem, "media type 'application/json'")]
    [InlineData(410, "application/problem+json", "[]", "type")]
    public void Each_kind_of_difference_is_found(int status, string mediaType, string body, string violation) =>
        AssertFound(Compare("/things/7", status, mediaType, body, ("Location", "/things/7")), violation);

    [Theory]
    [InlineData("gone\"}", "lost\"}", "/code const")]
    [InlineData("\"code\":", "\"x\":1,\"code\":", "/x")]
    [InlineData("\"error\":\"Gone\"", "\"error\":\"Other\"", "error and title")]
    [InlineData(":gone\"", ":lost\"", "member type")]
    [InlineData(":410", ":409", "member status")]
    [InlineData("\"code\":", "\"status\":1,\"code\":", "2 times")]
    public void Each_difference_of_a_problem_is_found(string right, string wrong, string violation)
    {
        Assert.Contains(right, Problem, StringComparison.Ordinal);
        AssertFound(
            Compare("/things/7", 410, "application/problem+json", Problem.Replace(right, wrong, StringComparison.Ordinal)), violation);
    }

    [Fact]
    public void A_missing_or_malformed_header_is_found()
    {
        Assert.Equal(["getThing 200: header Location is missing"], Compare("/things/7", 200, "application/json", Thing));
        AssertFound(Compare("/things/7", 200, "application/json", Thing, ("Location", "x")), "header Location: ");
        AssertFound(Compare("/things/7", 200, "application/json", Thing, ("Location", "/"), ("Age", "old")), "header Age: ");
    }

    [Theory]
    [InlineData("id: 1\nevent: thing\ndata: {}\n\n", "required")]
    [InlineData("id: 1\nevent: other\ndata: " + Thing + "\n\n", "event 'other': /event const")]
    [InlineData("event: thing\ndata: " + Thing + "\n\n", "id")]
    [InlineData("id: 1\nevent: thing\ndata: {\n\n", "not JSON")]
    public void A_wrong_event_is_found(string body, string violation) =>
        AssertFound(Compare("/things/all", 200, "text/event-stream", body), violation);

    [Theory]
    [InlineData("/things/all", "followThings")]
    [InlineData("/things/7", "getThing")]
    [InlineData("/things/%37?all", "getThing")]
    [InlineData("/things/x/../%61ll", "followThings")]
    [InlineData("/things/", null)]
    [InlineData("/things/7/", null)]
    [InlineData("/things/7/8", null)]
    [InlineData("/files/7", "getFile")]
    [InlineData("/files/7/8/9", "getFile")]
    [InlineData("/files/7/8", null)]
    [InlineData("/files/7/8/9/10", null)]
    [InlineData("/files/7//9", null)]
    [InlineData("/files/7/8/", null)]
    [InlineData("/files/7%2F8", "getFile")]
    [InlineData("/files/", null)]
    [InlineData("/files", null)]
    [InlineData("/Things/7", null)]
    [InlineData("//things/7", null)]
    [InlineData("*", null)]
    public void A_path_finds_its_operation(string path, string? operation) =>
        Assert.Equal(operation, _document.Find(HttpMethod.Get, path)?.Id);

    [Fact]
    public void Another_method_is_no_operation() => Assert.Null(_document.Find(HttpMethod.Post, "/things/7"));

    private static void AssertFound(IReadOnlyList<string> violations, string violation) =>
        Assert.Contains(violations, found => found.Contains(violation, StringComparison.Ordinal));

    private IReadOnlyList<string> Compare(
        string path, int status, string? mediaType, string body, params (string Name, string Value)[] headers)
    {
        using var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8) };
        answer.Content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }
        return _document.Problems(HttpMethod.Get, path, answer, body);
    }
}
