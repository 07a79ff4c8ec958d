using Grpc.Core;

namespace ReelBallers.Payments.Tests;

/// <summary>The stream of payment events, also after an interruption.</summary>
[Collection(StackCollection.Name)]
public sealed class WatchTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_consumer_gets_every_event_once_and_in_order_including_missed_ones()
    {
        var first = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        var refund = await stack.RefundAsync(first.PaymentIntentId, 500);
        await stack.WalletBecomesAsync(_user, 1_650);
        var heard = await HearAsync(after: 0, count: 2);
        Assert.Equal(
            [(V1.PaymentEventType.Credited, "", 2_000, 2_200), (V1.PaymentEventType.Refunded, refund, 500, 550)],
            heard.Select(one => (one.Type, one.Reference, one.AmountCents, one.Credits)));
        Assert.All(heard, one => Assert.Equal((first.PaymentIntentId, first.SessionId), (one.PaymentIntentId, one.SessionId)));
        Assert.All(heard, one => Assert.Equal("usd", one.Currency));
        Assert.All(heard, one => Assert.Equal(("pro", 0), (one.PackId, one.AccessNames.Count)));
        Assert.StartsWith("http", heard[0].ReceiptUrl, StringComparison.Ordinal);
        Assert.Empty(heard[1].ReceiptUrl);

        // Events while the consumer is disconnected.
        var second = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(second.PaymentIntentId);
        await stack.RowBecomesAsync(second.SessionId, CheckoutStatus.Disputed);
        await stack.CloseAsync(dispute, "won");
        await stack.RowBecomesAsync(second.SessionId, CheckoutStatus.Paid);

        var missed = await HearAsync(heard[^1].Sequence, count: 3);

        Assert.Equal(
            [(V1.PaymentEventType.Credited, ""), (V1.PaymentEventType.Disputed, dispute), (V1.PaymentEventType.DisputeWon, dispute)],
            missed.Select(one => (one.Type, one.Reference)));
        Assert.True(missed.Select(one => one.Sequence).SequenceEqual(missed.Select(one => one.Sequence).Order()));
    }

    [Fact]
    public async Task A_lost_dispute_and_a_failed_refund_are_events_too()
    {
        var lost = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(lost.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        await stack.CloseAsync(dispute, "lost");
        await stack.WalletBecomesAsync(_user, 0);
        await stack.Operator.LiftTopupBlockAsync(new() { UserId = _user.ToString(), Actor = "tests" });
        var failing = await stack.PaidAsync(_user, """{"amount_cents":700}""", "4000000000005126");
        await stack.RefundAsync(failing.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0);
        await stack.WalletBecomesAsync(_user, 700);

        var heard = await HearAsync(after: 0, count: 6);

        Assert.Equal(
            [
                V1.PaymentEventType.Credited, V1.PaymentEventType.Disputed, V1.PaymentEventType.DisputeLost,
                V1.PaymentEventType.Credited, V1.PaymentEventType.Refunded, V1.PaymentEventType.RefundFailed,
            ],
            heard.Select(one => one.Type));
    }

    [Fact]
    public async Task An_open_stream_gets_new_events()
    {
        var last = await stack.Database.ScalarAsync<long>("select coalesce(max(sequence), 0) from payment_events");
        var hearing = HearAsync(last, count: 1);

        var paid = await stack.PaidAsync(_user);

        Assert.Equal(paid.PaymentIntentId, (await hearing)[0].PaymentIntentId);
    }

    // The first events of the test's own user.
    private async Task<List<V1.PaymentEvent>> HearAsync(long after, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var call = stack.Operator.WatchPayments(
            new V1.WatchPaymentsRequest { AfterSequence = after }, cancellationToken: patience.Token);
        var heard = new List<V1.PaymentEvent>();
        while (heard.Count < count && await call.ResponseStream.MoveNext(patience.Token))
        {
            if (call.ResponseStream.Current.UserId == _user.ToString())
            {
                heard.Add(call.ResponseStream.Current);
            }
        }
        return heard;
    }
}
