using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace ReelBallers.Gateway.Tests;

public sealed class OpenApiTests
{
    /// <summary>Answered by the Gateway itself.</summary>
    private static readonly string[] Own = ["GET /api/health", "POST /api/session"];

    [Fact]
    public async Task The_document_and_the_routes_name_the_same_operations()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"));
        var documented = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"))
            .Order();
        Assert.Equal(Routed().Concat(Own).Order(), documented);
    }

    [Fact]
    public async Task Every_reference_in_the_document_leads_somewhere()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json"));
        var references = References(document.RootElement).Distinct().ToList();
        Assert.NotEmpty(references);
        foreach (var reference in references)
        {
            var target = document.RootElement;
            foreach (var step in reference.TrimStart('#', '/').Split('/'))
            {
                Assert.True(target.TryGetProperty(step, out target), reference);
            }
        }
    }

    private static IEnumerable<string> Routed()
    {
        var settings = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            .Build();
        foreach (var route in settings.GetSection("ReverseProxy:Routes").GetChildren())
        {
            foreach (var method in route.GetSection("Match:Methods").GetChildren())
            {
                yield return $"{method.Value} {route["Match:Path"]}";
            }
        }
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.NameEquals("$ref") ? [property.Value.GetString()!] : References(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
