using System.Globalization;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Our use of Stripe and LocalCloud, checked with the official SDK for Node.</summary>
[Collection(StackCollection.Name)]
public sealed class StripeNodeTests(Stack stack) : IClassFixture<StripeNodeTests.Sdk>
{
    private const string Secret = "whsec_cross_check";
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "stripe-node");

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_SDK_makes_all_our_calls_against_LocalCloud()
    {
        await using var clouds = await TestClouds.StartAsync();

        Assert.Contains("all calls passed", await RunAsync("", clouds, "calls.mjs"), StringComparison.Ordinal);
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task Signatures_of_the_SDK_are_accepted_and_nothing_else()
    {
        var body =
            """{"id":"evt_by_node","object":"event","type":"product.created","created":1700000000,"data":{"object":{"name":"Größe ✓"}}}""";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var header = (await RunAsync(body, null, "signatures.mjs", "sign", Stack.WebhookSecret,
            now.ToString(CultureInfo.InvariantCulture))).Trim();
        var other = (await RunAsync(body, null, "signatures.mjs", "sign", Secret, now.ToString(CultureInfo.InvariantCulture)))
            .Trim();

        Assert.Equal(EventUtility.GenerateSignatureHeader(body, Stack.WebhookSecret, now), header);
        Assert.Equal(200, (await stack.DeliverAsync(body, header: header)).Status);
        Assert.Equal(400, (await stack.DeliverAsync(body, header: other)).Status);
        Assert.Equal(400, (await stack.DeliverAsync(body.Replace("node", "other", StringComparison.Ordinal), header: header)).Status);
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_SDK_accepts_our_signatures_and_nothing_else()
    {
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, "cs_test_größe", "evt_by_us");
        var header = EventUtility.GenerateSignatureHeader(body, Secret);

        Assert.Equal("evt_by_us", (await RunAsync(body, null, "signatures.mjs", "verify", Secret, header)).Trim());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunAsync(body + " ", null, "signatures.mjs", "verify", Secret, header));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunAsync(body, null, "signatures.mjs", "verify", "whsec_other", header));
    }

    private static Task<string> RunAsync(string input, TestClouds? clouds, params string[] arguments) => Npm.RunAsync(
        Folder, "node", arguments, input,
        ("STRIPE_URL", clouds?.Host.StripeUrl.ToString()), ("CONTROL_URL", clouds?.Host.ControlUrl.ToString()));

    /// <summary>The SDK, installed once.</summary>
    public sealed class Sdk : IAsyncLifetime
    {
        public async ValueTask InitializeAsync() => await Npm.InstallAsync(Folder);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
