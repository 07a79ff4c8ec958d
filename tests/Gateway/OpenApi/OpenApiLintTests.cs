using System.Text.Json;
using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class OpenApiLintTests : IClassFixture<OpenApiLinters>
{
    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task Spectral_finds_nothing_in_the_document() => Assert.Empty(await SpectralAsync(await DocumentAsync()));

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task Redocly_finds_nothing_in_the_document() => Assert.Empty(await RedoclyAsync(await DocumentAsync()));

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task Both_linters_find_what_is_wrong()
    {
        var document = JsonNode.Parse(await DocumentAsync())!;
        Assert.True(document["paths"]!["/api/health"]!["get"]!.AsObject().Remove("operationId"));
        Assert.Equal(["operation-operationId"], await SpectralAsync(document.ToJsonString()));
        Assert.Equal(["operation-operationId"], await RedoclyAsync(document.ToJsonString()));
    }

    private static async Task<string[]> SpectralAsync(string document)
    {
        using var found = JsonDocument.Parse(await OpenApiLinters.LintAsync("spectral", document));
        return [.. found.RootElement.EnumerateArray().Select(problem => problem.GetProperty("code").GetString()!)];
    }

    private static async Task<string[]> RedoclyAsync(string document)
    {
        using var found = JsonDocument.Parse(await OpenApiLinters.LintAsync("redocly", document));
        var problems = found.RootElement.GetProperty("problems").EnumerateArray();
        return [.. problems.Select(problem => problem.GetProperty("ruleId").GetString()!)];
    }

    private static async Task<string> DocumentAsync()
    {
        await using var gateway = await TestGateway.StartAsync();
        return await gateway.Client.GetStringAsync("/openapi/v1.json");
    }
}
