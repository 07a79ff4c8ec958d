using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests.R2;

/// <summary>The official S3 client for Node against the offline R2.</summary>
public sealed class R2NodeTests : IAsyncLifetime
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-s3");

    private TestClouds? _clouds;

    public async ValueTask InitializeAsync() => _clouds = await TestClouds.StartAsync();

    public ValueTask DisposeAsync() => _clouds!.DisposeAsync();

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_official_client_for_Node_works_against_the_offline_R2()
    {
        await Npm.InstallAsync(Scripts);
        var output = await Npm.RunAsync(Scripts, "node", ["check.mjs"], "",
            ("R2_URL", _clouds!.Host.R2Url.ToString()), ("BUCKET", R2Server.Bucket));

        Assert.Contains("all checks passed", output, StringComparison.Ordinal);
    }
}
