using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>The clouds, started once for a class.</summary>
public sealed class SharedResend : IAsyncLifetime
{
    private TestClouds? _clouds;

    public LocalCloudHost Host => _clouds!.Host;

    public async ValueTask InitializeAsync() => _clouds = await TestClouds.StartAsync();

    public ValueTask DisposeAsync() => _clouds!.DisposeAsync();
}
