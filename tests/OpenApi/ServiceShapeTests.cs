using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.OpenApi.Tests;

/// <summary>The published document says of the services' endpoints what they say of themselves.</summary>
public sealed class ServiceShapeTests
{
    private static readonly JsonObject Published =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "Gateway", "wwwroot", "openapi", "v1.json")))!.AsObject();

    public static TheoryData<string> Services => [.. ServiceDocument.Services];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Each_operation_of_a_service_is_documented_in_its_shape(string service)
    {
        var document = await ServiceDocument.MakeAsync(service);
        var found = new List<string>();
        foreach (var (name, operation) in Operations(document))
        {
            if (Operations(Published).GetValueOrDefault(name) is { } published)
            {
                found.AddRange(new OperationComparison(document, Published).Compare(operation, published, name));
            }
            else
            {
                found.Add($"{name} is not in the document");
            }
        }
        Assert.True(found.Count == 0, string.Join("\n", found));
    }

    [Fact]
    public async Task Each_documented_operation_is_one_of_a_service()
    {
        var mapped = new HashSet<string>();
        foreach (var service in ServiceDocument.Services)
        {
            mapped.UnionWith(Operations(await ServiceDocument.MakeAsync(service)).Keys);
        }
        Assert.Equal(Operations(Published).Keys.Order(), mapped.Order());
    }

    private static Dictionary<string, JsonNode> Operations(JsonObject document) => (
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!)).ToDictionary();
}
