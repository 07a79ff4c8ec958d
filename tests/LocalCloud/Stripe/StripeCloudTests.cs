namespace ReelBallers.LocalCloud.Tests;

/// <summary>A fresh offline Stripe for each test.</summary>
public abstract class StripeCloudTests : IAsyncLifetime
{
    private protected StripeTestCloud Cloud { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cloud = await StripeTestCloud.StartAsync();

    public async ValueTask DisposeAsync() => await Cloud.DisposeAsync();
}
