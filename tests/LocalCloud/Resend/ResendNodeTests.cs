using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The official SDK for Node against the offline Resend.</summary>
public sealed class ResendNodeTests(SharedResend shared) : IClassFixture<SharedResend>
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-resend");

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_official_Node_SDK_works_against_the_offline_Resend()
    {
        await Npm.InstallAsync(Scripts);
        var output = await Npm.RunAsync(
            Scripts, "node", ["check.mjs"], "", ("RESEND_BASE_URL", shared.Host.ResendUrl.ToString().TrimEnd('/')));
        Assert.Contains("all checks passed", output, StringComparison.Ordinal);
    }
}
