using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The services that Jobs calls, each with its own database, and LocalCloud, whose R2 has the files.</summary>
public sealed class Neighbours : IAsyncDisposable
{
    private TestDatabase _walletDatabase = null!;

    public TestClouds Clouds { get; private set; } = null!;

    public ServiceApp Wallet { get; private set; } = null!;

    public ServiceApp Storage { get; private set; } = null!;

    public TestDatabase StorageDatabase { get; private set; } = null!;

    /// <param name="runPodWorkers">How many jobs LocalCloud's RunPod runs at once.</param>
    public static async Task<Neighbours> StartAsync(int runPodWorkers)
    {
        var clouds = await TestClouds.StartAsync(configure: options => options with { RunPodWorkers = runPodWorkers });
        var (wallet, storage) = (await TestDatabase.CreateAsync(), await TestDatabase.CreateAsync());
        return new Neighbours
        {
            Clouds = clouds,
            _walletDatabase = wallet,
            Wallet = await ServiceApp.StartAsync("Wallet", new Dictionary<string, string?>
            {
                ["ConnectionStrings:walletdb"] = wallet.ConnectionString,
            }),
            StorageDatabase = storage,
            Storage = await ServiceApp.StartAsync("Storage", clouds.StorageSettings(storage)),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Wallet.DisposeAsync();
        await Storage.DisposeAsync();
        await Clouds.DisposeAsync();
        await StorageDatabase.DisposeAsync();
        await _walletDatabase.DisposeAsync();
    }
}
