using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>openid-client, a certified client for Node, against the offline OpenID issuer.</summary>
public sealed class OpenIdNodeTests
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-openid");

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task A_certified_client_works_with_the_offline_OpenID_issuer()
    {
        await Npm.InstallAsync(Scripts);
        await using var clouds = await TestClouds.StartAsync();
        var output = await Npm.RunAsync(
            Scripts, "node", ["check.mjs"], "", ("ISSUER", clouds.Host.OpenIdUrl.ToString()),
            ("CONTROL", clouds.Host.ControlUrl.ToString()));
        Assert.Contains("all checks passed", output, StringComparison.Ordinal);
    }
}
