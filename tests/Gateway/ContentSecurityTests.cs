using System.Text.RegularExpressions;
using ReelBallers.EndToEnd.Tests.Browser;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>No page runs inline code or takes inline styles.</summary>
public sealed partial class ContentSecurityTests
{
    [Fact]
    public async Task No_response_allows_inline_scripts_or_styles()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.UseSessionAsync();
        var paths = gateway.Endpoints
            .Select(endpoint => $"/{Parameter().Replace(endpoint.RoutePattern.RawText!, "1").TrimStart('/')}")
            .Concat(["/", "/docs/", "/nothing", "/api/nothing", $"/{new string('a', RequestHeadMiddleware.MaxTargetBytes)}"])
            .Distinct().ToList();
        Assert.Contains("/index.html", paths);
        foreach (var path in paths)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            AssertStrict(path, answer.Headers.GetValues("Content-Security-Policy"));
        }
        var rejected = await gateway.SendRawAsync(RawRequest.Text("GET / HTTP/1.1\r\n\r\n"));
        AssertStrict("a malformed request", rejected.Values("Content-Security-Policy"));
    }

    [Fact(Skip = Chromium.Missing, SkipUnless = nameof(Chromium.IsInstalled), SkipType = typeof(Chromium))]
    public async Task All_style_elements_of_the_docs_apply_and_no_others()
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var browser = await Chromium.StartAsync();
        await browser.GoToAsync(new Uri(gateway.Client.BaseAddress!, "/docs/"));
        await browser.IsTrueAsync("document.querySelector('.scalar-app h1') && document.querySelectorAll('style').length >= 3");
        var unstyled = await browser.EvaluateAsync(
            "[...document.querySelectorAll('style')].filter(style => !style.sheet).map(style => style.outerHTML.slice(0, 100)).join()");
        Assert.Equal("", unstyled.GetString());
        // The theme's, the page's own and the toasts': from three elements.
        await browser.IsTrueAsync("getComputedStyle(document.querySelector('.scalar-app')).getPropertyValue('--scalar-color-1')");
        await browser.IsTrueAsync(
            "getComputedStyle(document.querySelector('.scalar-app .hljs')).getPropertyValue('--line-digits').trim() === '2'");

        var injected = await browser.EvaluateAsync("""
            (() => {
                const place = document.createElement('div');
                place.innerHTML = '<style>body { --injected: 1 }</style><p style="color: red">x</p>';
                document.body.append(place);
                return [place.querySelector('style').sheet === null, place.querySelector('p').style.color];
            })()
            """);
        Assert.Equal("""[true,""]""", injected.GetRawText());
    }

    private static void AssertStrict(string path, IEnumerable<string> policies)
    {
        var policy = Assert.Single(policies);
        Assert.True(!policy.Contains("unsafe", StringComparison.Ordinal), $"{path}: {policy}");
        Assert.True(policy.Contains("default-src 'self'", StringComparison.Ordinal)
            || policy.Contains("default-src 'none'", StringComparison.Ordinal), $"{path}: {policy}");
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
