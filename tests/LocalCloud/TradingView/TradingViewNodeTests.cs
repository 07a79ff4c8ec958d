using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>A public client for Node against the offline TradingView.</summary>
public sealed class TradingViewNodeTests
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-tradingview");

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task A_public_client_works_against_the_offline_TradingView()
    {
        await Npm.InstallAsync(Scripts);
        await using var clouds = await TestClouds.StartAsync();
        var output = await Npm.RunAsync(
            Scripts, "node", ["check.mjs"], "", ("TRADINGVIEW_URL", clouds.Host.TradingViewUrl.ToString().TrimEnd('/')));
        Assert.Contains("all checks passed", output, StringComparison.Ordinal);
    }
}
