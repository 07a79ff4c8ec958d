using System.ComponentModel;
using System.Diagnostics;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The official SDK for Node against the offline Stripe.</summary>
public sealed class StripeNodeTests : StripeCloudTests
{
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "node-stripe");

    [NodeFact]
    public async Task The_official_Node_SDK_works_against_the_offline_Stripe()
    {
        await RunAsync("npm", "ci", "--no-audit", "--no-fund");
        Assert.Contains("all checks passed", await RunAsync("node", "check.mjs"), StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = Scripts, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["STRIPE_URL"] = Cloud.Url.ToString();
        start.Environment["RECEIVER_URL"] = Cloud.Receiver.Url.ToString();
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{file}: {await output}{await errors}");
        return await output;
    }

    /// <summary>Skipped where npm is missing; in CI it has to be there.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class NodeFactAttribute : FactAttribute
    {
        public NodeFactAttribute()
        {
            if (!HasNpm() && Environment.GetEnvironmentVariable("CI") != "true")
            {
                Skip = "npm is not installed";
            }
        }

        private static bool HasNpm()
        {
            try
            {
                using var npm = Process.Start(new ProcessStartInfo("npm", ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
                npm.WaitForExit();
                return npm.ExitCode == 0;
            }
            catch (Win32Exception)
            {
                return false;
            }
        }
    }
}
