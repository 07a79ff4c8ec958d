namespace ReelBallers.LocalCloud.Tests;

/// <summary>One offline Stripe for all tests of a class, which therefore look only at what they made themselves.</summary>
public sealed class SharedStripeCloud : IAsyncLifetime
{
    internal StripeTestCloud Cloud { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cloud = await StripeTestCloud.StartAsync();

    public async ValueTask DisposeAsync() => await Cloud.DisposeAsync();
}
