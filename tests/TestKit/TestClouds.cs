using ReelBallers.LocalCloud;

namespace ReelBallers.TestKit;

/// <summary>LocalCloud in the test's own process, on free ports, with files that go away with it.</summary>
public sealed class TestClouds : IAsyncDisposable
{
    private readonly string _directory;

    private TestClouds(LocalCloudHost host, string directory) => (Host, _directory) = (host, directory);

    /// <summary>The running clouds and their addresses.</summary>
    public LocalCloudHost Host { get; }

    /// <param name="stripeWebhookUrl">Where Stripe's events go; nowhere when null.</param>
    /// <param name="configure">Further options.</param>
    public static async Task<TestClouds> StartAsync(
        Uri? stripeWebhookUrl = null, Func<LocalCloudOptions, LocalCloudOptions>? configure = null)
    {
        var directory = Directory.CreateTempSubdirectory("reelballers-clouds-").FullName;
        var options = OnFreePorts(directory) with { StripeWebhookUrl = stripeWebhookUrl };
        var host = await LocalCloudHost.StartAsync(configure?.Invoke(options) ?? options, CancellationToken.None);
        return new TestClouds(host, directory);
    }

    /// <summary>Options with which the clouds take free ports only, so that they never meet another stack on the machine.</summary>
    /// <param name="directory">Holds their state.</param>
    public static LocalCloudOptions OnFreePorts(string directory) => new()
    {
        StripePort = 0,
        RunPodPort = 0,
        R2Port = 0,
        ResendPort = 0,
        TradingViewPort = 0,
        OpenIdPort = 0,
        ControlPort = 0,
        DataDirectory = directory,
    };

    /// <summary>For a Storage on this database that has its files here.</summary>
    public Dictionary<string, string?> StorageSettings(TestDatabase database) => new()
    {
        ["ConnectionStrings:storagedb"] = database.ConnectionString,
        ["R2:ServiceUrl"] = Host.R2Url.ToString(),
        ["R2:AccessKeyId"] = "r2_local",
        ["R2:SecretAccessKey"] = "r2_local_secret",
    };

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
