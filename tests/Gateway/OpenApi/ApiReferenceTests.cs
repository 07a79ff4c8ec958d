using System.Net;
using System.Text.RegularExpressions;

namespace ReelBallers.Gateway.Tests;

public sealed partial class ApiReferenceTests
{
    [Fact]
    public async Task The_page_shows_the_document_and_loads_nothing_from_elsewhere()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var redirect = await gateway.Client.GetAsync("/docs");
        Assert.Equal((HttpStatusCode.Found, "docs/"), (redirect.StatusCode, redirect.Headers.Location?.ToString()));
        using var page = await gateway.Client.GetAsync("/docs/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("\"openapi/v1.json\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("//", html, StringComparison.Ordinal);
        var sources = Source().Matches(html).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(3, sources.Count);
        foreach (var source in sources)
        {
            using var script = await gateway.Client.GetAsync(new Uri(new Uri(gateway.Client.BaseAddress!, "/docs/"), source));
            Assert.Equal((HttpStatusCode.OK, "text/javascript"), (script.StatusCode, script.Content.Headers.ContentType?.MediaType));
            Assert.Equal(["no-cache"], script.Headers.GetValues("Cache-Control"));
        }
    }

    [Fact]
    public async Task Its_scripts_run_by_a_nonce_and_no_other_script_does()
    {
        await using var gateway = await TestGateway.StartAsync();
        var nonces = new List<string>();
        for (var request = 0; request < 2; request++)
        {
            using var page = await gateway.Client.GetAsync("/docs/");
            var policy = page.Headers.GetValues("Content-Security-Policy").Single();
            var nonce = Nonce().Match(policy).Groups[1].Value;
            nonces.Add(nonce);
            Assert.Contains($"script-src 'nonce-{nonce}';", policy, StringComparison.Ordinal);
            Assert.Contains($"style-src 'nonce-{nonce}';", policy, StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
            Assert.Equal(["no-store"], page.Headers.GetValues("Cache-Control"));
            var html = await page.Content.ReadAsStringAsync();
            Assert.All(Script().Matches(html), script => Assert.Contains($"nonce=\"{nonce}\"", script.Value, StringComparison.Ordinal));
        }
        Assert.Equal(2, nonces.Distinct().Count());
        Assert.All(nonces, nonce => Assert.True(nonce.Length >= 16));
    }

    [Theory]
    [InlineData("/Docs")]
    [InlineData("/docs/v1/x")]
    public async Task Another_spelling_is_not_found(string path)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Source();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Script();

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();
}
