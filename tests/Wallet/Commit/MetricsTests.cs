using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Wallet.Tests;

public sealed class MetricsTests(WalletFixture fixture) : IClassFixture<WalletFixture>, IDisposable
{
    private readonly RecordedMetrics _metrics = new(fixture.App.Services);

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task A_batch_is_measured_with_its_size_duration_and_outcomes()
    {
        var user = await fixture.UserWithAsync(100);
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(
            async () => await fixture.Wallet.DebitAsync(Requests.Debit(user, "key", 101)));

        Assert.Equal([1, 1], _metrics.Of("wallet.batch.size"));
        Assert.Equal(2, _metrics.Of("wallet.batch.duration", ("result", "committed")).Count);
        Assert.Equal([1], _metrics.Of("wallet.commands", ("outcome", "done")));
        Assert.Equal([1], _metrics.Of("wallet.commands", ("outcome", "insufficient_funds")));
        Assert.Equal(0, _metrics.Gauge("wallet.queue.length"));
    }

    [Fact]
    public void The_gauges_cover_all_databases()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new RecordedMetrics(services);
        var meter = ActivatorUtilities.CreateInstance<WalletMeter>(services);
        meter.ObserveQueue(() => 3);
        meter.ObserveQueue(() => 4);
        meter.ObserveAudit(() => 10);
        meter.ObserveAudit(() => null);
        meter.ObserveAudit(() => 9);

        Assert.Equal(7, metrics.Gauge("wallet.queue.length"));
        Assert.Equal(10, metrics.Gauge("wallet.audit.last_round_age"));
    }

    [Fact]
    public void Every_instrument_has_a_unit_and_a_description() => Assert.All(_metrics.Instruments.Values, instrument =>
    {
        Assert.Matches("^[a-z]+(\\.[a-z_]+)+$", instrument.Name);
        Assert.False(string.IsNullOrEmpty(instrument.Unit), instrument.Name);
        Assert.False(string.IsNullOrEmpty(instrument.Description), instrument.Name);
    });
}
