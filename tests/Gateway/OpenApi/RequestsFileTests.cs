using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary><c>requests.http</c> is what the document says.</summary>
public sealed partial class RequestsFileTests
{
    private static readonly string[] Requests =
        File.ReadAllText(Path.Combine(Repository.Root, "requests.http")).ReplaceLineEndings("\n").Split("\n###")[1..];

    private static readonly JsonNode Document =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "Gateway", "wwwroot", "openapi", "v1.json")))!;

    public static TheoryData<string> Own =>
        [.. Requests.Where(request => RequestLine().Match(request).Groups[2].Value.StartsWith("{{api}}", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Own))]
    public void Each_request_is_an_operation_with_its_parameters_and_members(string request)
    {
        var line = RequestLine().Match(request);
        var url = line.Groups[2].Value.Replace("{{api}}", "/api", StringComparison.Ordinal).Split('?');
        var operation = Operation(line.Groups[1].Value, url[0]);
        Assert.True(operation is not null, $"{line.Value} is no operation of the document.");
        foreach (var parameter in url.Skip(1).SelectMany(query => query.Split('&')).Select(pair => pair.Split('=')[0]))
        {
            Assert.Contains(parameter, operation["parameters"]!.AsArray()
                .Select(one => Resolve(one!)).Where(one => (string?)one["in"] == "query").Select(one => (string?)one["name"]));
        }
        if (request.Split("\n\n", 2) is [_, var text] && text.TrimStart().StartsWith('{'))
        {
            var schema = Resolve(operation["requestBody"]!["content"]!["application/json"]!["schema"]!);
            using var body = JsonDocument.Parse(text);
            Assert.All(
                body.RootElement.EnumerateObject(), member => Assert.True(schema["properties"]![member.Name] is not null, member.Name));
            Assert.All(
                schema["required"]?.AsArray() ?? [],
                name => Assert.True(body.RootElement.TryGetProperty((string)name!, out _), (string?)name));
        }
    }

    [Fact]
    public void The_other_requests_are_those_of_the_payer_and_of_the_uploader()
    {
        var others = Requests.Select(request => RequestLine().Match(request).Groups[2].Value)
            .Where(url => !url.StartsWith("{{api}}", StringComparison.Ordinal));
        Assert.Equal(["{{topup.response.body.$.checkout_url}}", "{{upload.response.body.$.upload_url}}"], others);
    }

    private static JsonNode? Operation(string method, string path) => Document["paths"]!.AsObject()
        .Where(template => Regex.IsMatch(
            path, $"^{PathParameter().Replace(template.Key, "[^/]+")}$", RegexOptions.None, TimeSpan.FromSeconds(1)))
        .Select(template => template.Value![method.ToLowerInvariant()])
        .FirstOrDefault(operation => operation is not null);

    private static JsonNode Resolve(JsonNode node) => (string?)node["$ref"] is { } reference
        ? reference.TrimStart('#', '/').Split('/').Aggregate(Document, (at, step) => at[step]!)
        : node;

    [GeneratedRegex("^(GET|POST|PUT|DELETE|PATCH) ([^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\{[a-z_]+\}")]
    private static partial Regex PathParameter();
}
