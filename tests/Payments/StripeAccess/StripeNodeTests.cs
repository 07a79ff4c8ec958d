using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Our use of Stripe and LocalCloud, checked with the official SDK for Node.</summary>
[Collection(StackCollection.Name)]
public sealed class StripeNodeTests(Stack stack) : IClassFixture<StripeNodeTests.Sdk>
{
    private const string Secret = "whsec_cross_check";

    [NodeFact]
    public async Task The_SDK_makes_all_our_calls_against_LocalCloud()
    {
        await using var clouds = await TestClouds.StartAsync();

        Assert.Contains("all calls passed", await RunAsync("node", "", clouds, "calls.mjs"), StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task Signatures_of_the_SDK_are_accepted_and_nothing_else()
    {
        var body = """{"id":"evt_by_node","object":"event","type":"product.created","created":1700000000,"data":{"object":{"name":"Größe ✓"}}}""";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var header = (await RunAsync("node", body, null, "signatures.mjs", "sign", Stack.WebhookSecret,
            now.ToString(CultureInfo.InvariantCulture))).Trim();
        var other = (await RunAsync("node", body, null, "signatures.mjs", "sign", Secret, now.ToString(CultureInfo.InvariantCulture)))
            .Trim();

        Assert.Equal(EventUtility.GenerateSignatureHeader(body, Stack.WebhookSecret, now), header);
        Assert.Equal(200, (await stack.DeliverAsync(body, header: header)).Status);
        Assert.Equal(400, (await stack.DeliverAsync(body, header: other)).Status);
        Assert.Equal(400, (await stack.DeliverAsync(body.Replace("node", "other", StringComparison.Ordinal), header: header)).Status);
    }

    [NodeFact]
    public async Task The_SDK_accepts_our_signatures_and_nothing_else()
    {
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, "cs_test_größe", "evt_by_us");
        var header = EventUtility.GenerateSignatureHeader(body, Secret);

        Assert.Equal("evt_by_us", (await RunAsync("node", body, null, "signatures.mjs", "verify", Secret, header)).Trim());
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(
            () => RunAsync("node", body + " ", null, "signatures.mjs", "verify", Secret, header));
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(
            () => RunAsync("node", body, null, "signatures.mjs", "verify", "whsec_other", header));
    }

    private static async Task<string> RunAsync(string file, string input, TestClouds? clouds, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Path.Combine(AppContext.BaseDirectory, "stripe-node"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["STRIPE_URL"] = clouds?.Host.StripeUrl.ToString();
        start.Environment["CONTROL_URL"] = clouds?.Host.ControlUrl.ToString();
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.StandardInput.BaseStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(input), patience.Token);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{file}: {await output}{await errors}");
        return await output;
    }

    /// <summary>The SDK, installed once.</summary>
    public sealed class Sdk : IAsyncLifetime
    {
        public Task InitializeAsync() =>
            NodeFactAttribute.HasNpm() ? RunAsync("npm", "", null, "ci", "--no-audit", "--no-fund") : Task.CompletedTask;

        public Task DisposeAsync() => Task.CompletedTask;
    }

    /// <summary>Skipped where npm is missing; required in CI.</summary>
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

        public static bool HasNpm()
        {
            try
            {
                using var npm = Process.Start(new ProcessStartInfo(
                    "npm", ["--version"])
                { RedirectStandardOutput = true, RedirectStandardError = true })!;
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
