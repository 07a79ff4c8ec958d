using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests.RunPod;

/// <summary>The official SDK for Node against the offline RunPod.</summary>
public sealed class RunPodNodeTests
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-runpod");

    [Theory(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    [InlineData(0)]
    [InlineData(1)]
    public async Task The_official_Node_SDK_works_against_the_offline_RunPod(int workers)
    {
        await using var rig = await RunPodRig.StartAsync(workers: workers);
        await Npm.InstallAsync(Scripts);
        var output = await Npm.RunAsync(Scripts, "node", ["check.mjs"], "",
            ("RUNPOD_URL", new Uri(rig.Api.BaseAddress!, "..").ToString().TrimEnd('/')),
            ("RUNPOD_WORKERS", $"{workers}"),
            ("INPUT", rig.Input().ToJsonString()));

        Assert.Contains("all checks passed", output, StringComparison.Ordinal);
    }
}
