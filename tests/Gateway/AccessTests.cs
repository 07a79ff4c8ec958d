using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway.Tests;

/// <summary>Whom a route admits is metadata of the route, and the document says the same.</summary>
public sealed partial class AccessTests
{
    [Fact]
    public async Task The_routes_and_the_document_admit_the_same_callers()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var document = await DocumentAsync(gateway);
        var documented = Operations(document).ToDictionary(
            operation => operation.Name, operation => (NeedsUser(operation.Node), ReadsToken: Documents(operation.Node, 401)));
        var routed = Routes(gateway).ToDictionary(
            route => route.Name, route => (route.Policy.Access == Access.User, ReadsToken: route.Policy.Access != Access.Public));
        Assert.All(documented, operation => Assert.Equal((operation.Key, operation.Value), (operation.Key, routed[operation.Key])));
        // Keys whose slashes are not escaped.
        Assert.All(routed.Where(route => !documented.ContainsKey(route.Key)), route => Assert.Equal((true, true), route.Value));
    }

    [Fact]
    public async Task Anonymous_callers_reach_what_the_document_says_and_nothing_else()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var document = await DocumentAsync(gateway);
        foreach (var (name, node) in Operations(document))
        {
            var parts = name.Split(' ');
            using var request = new HttpRequestMessage(new HttpMethod(parts[0]), Parameter().Replace(parts[1], "1"));
            using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var isForOperators = parts[1].StartsWith("/api/admin/", StringComparison.Ordinal);
            var expected = !NeedsUser(node) ? default : isForOperators ? HttpStatusCode.NotFound : HttpStatusCode.Unauthorized;
            var status = answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized ? answer.StatusCode : default;
            Assert.Equal((name, expected), (name, status));
            if (status == HttpStatusCode.Unauthorized)
            {
                await AssertNotAuthenticatedAsync(answer);
            }
        }
    }

    [Fact]
    public async Task Every_route_has_a_policy()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.All(gateway.Endpoints, endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<RoutePolicy>()));
    }

    [Fact]
    public async Task A_route_that_says_nothing_needs_a_user()
    {
        await using var gateway = await TestGateway.StartAsync(
            ("ReverseProxy:Routes:new:ClusterId", "wallet"), ("ReverseProxy:Routes:new:Match:Path", "/api/new"));
        using (var anonymous = await gateway.Client.GetAsync("/api/new"))
        {
            await AssertNotAuthenticatedAsync(anonymous);
        }
        await gateway.UseSessionAsync();
        using var answer = await gateway.Client.GetAsync("/api/new");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var context = new DefaultHttpContext();
        context.SetEndpoint(new RouteEndpoint(
            _ => Task.CompletedTask, RoutePatternFactory.Parse("/new"), 0, EndpointMetadataCollection.Empty, "new"));
        Assert.Equal(Access.User, RoutePolicy.Of(context).Access);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/me/", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/debit", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/api/debit", "https://evil.example.com", HttpStatusCode.Forbidden)]
    [InlineData("POST", "/api/debit", null, HttpStatusCode.RequestEntityTooLarge)]
    public async Task What_another_check_rejects_is_not_401(string method, string path, string? origin, HttpStatusCode status)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { ExpectContinue = true } };
        if (method == "POST")
        {
            request.Content = new ByteArrayContent(new byte[ServiceDefaultsExtensions.MaxRequestBodyBytes + 1]);
        }
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }
        using var answer = await gateway.Client.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
    }

    private static async Task AssertNotAuthenticatedAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.True(answer.Headers.Contains("RateLimit"));
        var problem = await GatewayTests.AssertProblemAsync(answer, "not_authenticated");
        Assert.Equal("Open a session first: POST /api/session.", problem.GetProperty("detail").GetString());
    }

    private static async Task<JsonDocument> DocumentAsync(TestGateway gateway) =>
        (await gateway.Client.GetFromJsonAsync<JsonDocument>("/openapi/v1.json"))!;

    private static IEnumerable<(string Name, JsonElement Node)> Operations(JsonDocument document) =>
        from path in document.RootElement.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);

    // An empty requirement, or none at all, is met by an anonymous caller.
    private static bool NeedsUser(JsonElement operation) => operation.GetProperty("security") is var security
        && security.GetArrayLength() > 0 && security.EnumerateArray().All(requirement => requirement.EnumerateObject().Any());

    private static bool Documents(JsonElement operation, int status) =>
        operation.GetProperty("responses").TryGetProperty($"{status}", out _);

    private static IEnumerable<(string Name, RoutePolicy Policy)> Routes(TestGateway gateway) =>
        from endpoint in gateway.Endpoints
        let path = $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}"
        where path.StartsWith("/api/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select ($"{method} {path}", endpoint.Metadata.GetMetadata<RoutePolicy>()!);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
