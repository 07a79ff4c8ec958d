using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Yarp.ReverseProxy.Model;

namespace ReelBallers.Gateway.Tests;

public sealed partial class OpenApiTests
{
    /// <summary>Operations whose only success is a redirect.</summary>
    private static readonly string[] Redirects =
    [
        "GET /api/auth/google", "GET /api/auth/google/callback", "GET /api/auth/providers/{provider}/callback",
        "GET /api/auth/providers/{provider}/start",
    ];

    /// <summary>Answered by the Gateway itself.</summary>
    private static readonly string[] Own =
    [
        "DELETE /api/auth/sessions", "DELETE /api/auth/sessions/{session_id}", "GET /api/admin/users/{uid}/sessions",
        "GET /api/auth/sessions", "GET /api/events", "GET /api/health", "POST /api/admin/users/{uid}/sessions/revoke",
        "POST /api/auth/logout", "POST /api/session", .. Redirects,
    ];

    /// <summary>The statuses that every operation can return.</summary>
    private static readonly string[] AnyRequest = ["400", "408", "413", "414", "415", "429", "431", "500", "503"];

    [Fact]
    public async Task The_document_and_the_routes_name_the_same_operations()
    {
        using var document = await DocumentAsync();
        var documented = Operations(document).Select(operation => operation.Name).Order();
        Assert.Equal(Routed().Concat(Own).Order(), documented);
    }

    [Fact]
    public async Task The_Gateways_own_operations_exist()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal(Own.Order(), Mapped(gateway).Order());
        // Those for operators answer 404 to this caller; their own tests call them.
        foreach (var operation in Own.Where(operation => !operation.Contains("/admin/", StringComparison.Ordinal))
            .Select(operation => operation.Split(' ')))
        {
            using var request = new HttpRequestMessage(new HttpMethod(operation[0]), operation[1]);
            using var answer = await gateway.Client.SendAsync(request);
            Assert.DoesNotContain(answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
        }
    }

    [Fact]
    public void Every_route_lists_its_methods()
    {
        Assert.NotEmpty(Routes());
        Assert.All(Routes(), route => Assert.NotEmpty(route.GetSection("Match:Methods").GetChildren()));
        Assert.All(Routes(), route => Assert.StartsWith("/api/", route["Match:Path"], StringComparison.Ordinal));
        Assert.Equal(Routed().Distinct(), Routed());
    }

    [Fact]
    public async Task Every_operation_has_a_unique_id_a_known_tag_and_its_security()
    {
        using var document = await DocumentAsync();
        var root = document.RootElement;
        var tags = root.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()).ToList();
        var schemes = root.GetProperty("components").GetProperty("securitySchemes");
        var ids = Operations(document).Select(operation => operation.Node.GetProperty("operationId").GetString()!).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ids, id => Assert.Matches(CamelCase(), id));
        Assert.All(Operations(document), operation =>
        {
            Assert.All(operation.Node.GetProperty("tags").EnumerateArray(), tag => Assert.Contains(tag.GetString(), tags));
            var security = operation.Node.GetProperty("security").EnumerateArray().SelectMany(requirement => requirement.EnumerateObject());
            Assert.All(security, scheme => Assert.True(schemes.TryGetProperty(scheme.Name, out _), scheme.Name));
        });
    }

    [Fact]
    public async Task Every_operation_has_the_statuses_that_every_request_can_get()
    {
        using var document = await DocumentAsync();
        Assert.All(Operations(document), operation =>
        {
            var statuses = operation.Node.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
            Assert.Empty(AnyRequest.Except(statuses));
            Assert.Contains(statuses, status => status[0] == (Redirects.Contains(operation.Name) ? '3' : '2'));
            Assert.Equal((operation.Name, ReadsIdentity(operation.Name)), (operation.Name, statuses.Contains("401")));
            Assert.True(IsSafe(operation.Name) || statuses.Contains("403") == ReadsIdentity(operation.Name), operation.Name);
            Assert.True(Own.Contains(operation.Name) || (statuses.Contains("502") && statuses.Contains("504")), operation.Name);
        });
    }

    [Fact]
    public async Task Every_body_of_a_response_has_an_example()
    {
        using var document = await DocumentAsync();
        var bodies = Operations(document)
            .SelectMany(operation => operation.Node.GetProperty("responses").EnumerateObject()
                .Select(response => (Name: $"{operation.Name} {response.Name}", Response: Resolved(document, response.Value))))
            .Where(response => response.Response.TryGetProperty("content", out _))
            .SelectMany(response => response.Response.GetProperty("content").EnumerateObject()
                .Select(body => (Name: $"{response.Name} {body.Name}", Body: body.Value)))
            .ToList();
        Assert.NotEmpty(bodies);
        Assert.Empty(bodies
            .Where(body => !body.Body.TryGetProperty("example", out _) && !body.Body.TryGetProperty("examples", out _))
            .Select(body => body.Name));
    }

    [Fact]
    public async Task Every_error_code_is_documented_and_used()
    {
        using var document = await DocumentAsync();
        var components = document.RootElement.GetProperty("components");
        var known = components.GetProperty("schemas").GetProperty("ProblemCode");
        var codes = known.GetProperty("enum").EnumerateArray().Select(code => code.GetString()!).ToList();
        var explained = TableRow().Matches(known.GetProperty("description").GetString()!).Select(row => row.Groups[1].Value);
        var used = Codes(components).Concat(Codes(document.RootElement.GetProperty("x-other-requests"))).Distinct();
        Assert.Equal(codes, explained);
        Assert.Equal(codes.Order(), used.Order());
    }

    [Fact]
    public async Task Every_reference_in_the_document_resolves()
    {
        using var document = await DocumentAsync();
        var references = References(document.RootElement).Distinct().ToList();
        Assert.NotEmpty(references);
        foreach (var reference in references)
        {
            Referenced(document, reference);
        }
    }

    private static JsonElement Referenced(JsonDocument document, string reference)
    {
        var target = document.RootElement;
        foreach (var step in reference.TrimStart('#', '/').Split('/'))
        {
            Assert.True(target.TryGetProperty(step, out target), reference);
        }
        return target;
    }

    private static JsonElement Resolved(JsonDocument document, JsonElement element) =>
        element.TryGetProperty("$ref", out var reference) ? Referenced(document, reference.GetString()!) : element;

    private static async Task<JsonDocument> DocumentAsync()
    {
        await using var gateway = await TestGateway.StartAsync();
        return JsonDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"));
    }

    private static List<(string Name, JsonElement Node)> Operations(JsonDocument document) =>
        [.. document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Select(operation => ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value)))];

    private static IConfigurationSection[] Routes() =>
        [.. new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build()
            .GetSection("ReverseProxy:Routes").GetChildren()];

    // A key whose slashes are not escaped reaches the same operation by a route of its own.
    private static IEnumerable<string> Routed() => Routes()
        .Where(route => !route.Key.EndsWith("-by-path", StringComparison.Ordinal))
        .SelectMany(route => route.GetSection("Match:Methods").GetChildren().Select(method => $"{method.Value} {route["Match:Path"]}"));

    private static IEnumerable<string> Mapped(TestGateway gateway) =>
        from endpoint in gateway.Endpoints
        where endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("api/", StringComparison.Ordinal)
            && endpoint.Metadata.GetMetadata<RouteModel>() is null
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}";

    private static bool IsSafe(string operation) => operation.StartsWith("GET ", StringComparison.Ordinal);

    /// <summary>Operations that do not read the identity cannot return 401 or reject the origin.</summary>
    private static bool ReadsIdentity(string operation) =>
        operation != "GET /api/health" && !Redirects.Contains(operation) && !Routes().Any(route =>
        route["Metadata:Access"] == "Public" && operation.EndsWith($" {route["Match:Path"]}", StringComparison.Ordinal));

    /// <summary>The values that the member <c>code</c> may have in the schemas of problems.</summary>
    private static IEnumerable<string> Codes(JsonElement element) => Values(element, "properties")
        .Where(properties => properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty("code", out _))
        .Select(properties => properties.GetProperty("code"))
        .SelectMany(code => code.TryGetProperty("const", out var only) ? [only.GetString()!]
            : code.TryGetProperty("enum", out var several) ? several.EnumerateArray().Select(value => value.GetString()!) : []);

    private static IEnumerable<string> References(JsonElement element) =>
        Values(element, "$ref").Select(reference => reference.GetString()!);

    private static IEnumerable<JsonElement> Values(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            Values(member.Value, name).Concat(member.NameEquals(name) ? [member.Value] : [])),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Values(item, name)),
        _ => [],
    };

    [GeneratedRegex("^[a-z]+([A-Z][a-z]+)*$")]
    private static partial Regex CamelCase();

    [GeneratedRegex(@"^\| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
