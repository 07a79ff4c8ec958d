using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>With a stack of their own: what an earlier test's checkout measures after its balance was seen would count here.</summary>
public sealed class MetricsTests(Stack stack) : IClassFixture<Stack>, IDisposable
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly RecordedMetrics _metrics = new(stack.Payments.Services);

    public void Dispose()
    {
        stack.WalletGate.Reopen();
        _metrics.Dispose();
    }

    [Fact]
    public async Task A_paid_checkout_is_measured_once_from_start_to_credit()
    {
        await using var doubled = await stack.FaultAsync("double_webhook", "checkout.session.completed");
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await stack.PayByCardAsync(topup.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 2_200);
        await stack.HandledAsync(topup.SessionId, atLeast: 1);

        Assert.Equal([1], _metrics.Of("payments.checkouts.started"));
        Assert.Equal([1], _metrics.Of("payments.checkouts.credited"));
        Assert.Equal([2_000], _metrics.Of("payments.credited", ("kind", "paid")));
        Assert.Equal([200], _metrics.Of("payments.credited", ("kind", "bonus")));
        Assert.InRange(Assert.Single(_metrics.Of("payments.crediting.delay")), 0, 600);
        Assert.Single(_metrics.Of("payments.events.handled", ("type", EventTypes.CheckoutSessionCompleted), ("outcome", "credited")));
    }

    [Fact]
    public async Task The_inbox_shows_how_many_events_wait_and_for_how_long()
    {
        var observer = stack.Payments.Services.GetRequiredService<InboxObserver>();
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
        }
        var id = Stack.NewEventId();
        stack.WalletGate.Close();
        Assert.Equal(503, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id))).Status);
        await stack.Database.ExecuteAsync($"update stripe_events set received_at = received_at - interval '1 hour' where id = '{id}'");
        // Other tests' events may end in between.
        await Eventually.IsTrueAsync(
            async () =>
            {
                await observer.ReadAsync(default);
                var pending = await stack.Database.ScalarAsync<long>("select count(*) from stripe_events where state = 1");
                return pending > 0 && _metrics.Gauge("payments.events.pending") == pending;
            },
            "the gauge shows the depth of the inbox");

        Assert.InRange(_metrics.Gauge("payments.events.oldest_pending_age"), 3_600, double.MaxValue);
        stack.WalletGate.Reopen();
        await stack.BalanceBecomesAsync(_user, 2_200);
        await stack.HandledAsync(topup.SessionId, atLeast: 1);
    }

    [Fact]
    public async Task A_completed_round_of_the_reconciler_resets_its_age()
    {
        await using var replica = await stack.StartPaymentsAsync();
        using var metrics = new RecordedMetrics(replica.Services);
        var before = metrics.Gauge("payments.reconciler.last_round_age");
        await Eventually.IsTrueAsync(
            () => Task.FromResult(metrics.Gauge("payments.reconciler.last_round_age") > before), "time passes");
        var reached = metrics.Gauge("payments.reconciler.last_round_age");
        var start = TimeProvider.System.GetTimestamp();
        await new V1.PaymentsService.PaymentsServiceClient(replica.Invoker()).ReconcileAsync(
            new V1.ReconcileRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(2));

        var sinceRound = metrics.Gauge("payments.reconciler.last_round_age");
        Assert.InRange(sinceRound, 0, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        Assert.NotEqual(reached, sinceRound);
    }

    [Fact]
    public void Every_instrument_has_a_unit_and_a_description() => Assert.All(_metrics.Instruments.Values, instrument =>
    {
        Assert.Matches("^[a-z]+(\\.[a-z_]+)+$", instrument.Name);
        Assert.False(string.IsNullOrEmpty(instrument.Unit), instrument.Name);
        Assert.False(string.IsNullOrEmpty(instrument.Description), instrument.Name);
    });
}
