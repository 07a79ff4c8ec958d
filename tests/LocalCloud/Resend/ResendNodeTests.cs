using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The official SDK for Node against the offline Resend.</summary>
public sealed class ResendNodeTests
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-resend");

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_official_Node_SDK_works_against_the_offline_Resend()
    {
        await Npm.InstallAsync(Scripts);
        var webhookPort = TestPort.Take();
        await using var clouds = await TestClouds.StartAsync(
            configure: options => options with { ResendWebhookUrl = new Uri($"http://127.0.0.1:{webhookPort}/") });
        var output = await Npm.RunAsync(
            Scripts, "node", ["check.mjs"], "", ("RESEND_BASE_URL", clouds.Host.ResendUrl.ToString().TrimEnd('/')),
            ("WEBHOOK_PORT", $"{webhookPort}"));
        Assert.Contains("all checks passed", output, StringComparison.Ordinal);
    }
}
