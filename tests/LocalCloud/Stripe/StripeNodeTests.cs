using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The official SDK for Node against the offline Stripe.</summary>
public sealed class StripeNodeTests : StripeCloudTests
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-stripe");

    [Theory(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    [InlineData("check.mjs")]
    [InlineData("cards.mjs")]
    [InlineData("billing.mjs")]
    [InlineData("offers.mjs")]
    [InlineData("disputes.mjs")]
    public async Task The_official_Node_SDK_works_against_the_offline_Stripe(string script)
    {
        await Npm.InstallAsync(Scripts);
        var output = await Npm.RunAsync(Scripts, "node", [script], "", ("STRIPE_URL", Cloud.Url.ToString()),
            ("RECEIVER_URL", Cloud.Receiver.Url.ToString()), ("CONTROL_URL", Cloud.ControlUrl.ToString()));

        Assert.Contains("all checks passed", output, StringComparison.Ordinal);
    }
}
