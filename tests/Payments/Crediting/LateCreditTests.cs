using System.Globalization;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Payments that were refunded or disputed before we heard of them: credited and reversed in one step.</summary>
[Collection(StackCollection.Name)]
public sealed class LateCreditTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_payment_refunded_before_its_webhook_is_credited_and_reversed()
    {
        var sessionId = await PaidUnnoticedAsync(payment => stack.RefundAsync(payment, 200));
        var id = Stack.NewEventId();

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id)
            .Replace("1700000000", now, StringComparison.Ordinal);
        Assert.Equal(200, (await stack.DeliverAsync(body)).Status);

        Assert.Equal((EventState.Done, "credited"), await stack.EventAsync(id));
        Assert.Equal(300, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_payment_refunded_before_its_status_is_read_is_credited_and_reversed()
    {
        var sessionId = await PaidUnnoticedAsync(payment => stack.RefundAsync(payment));

        Assert.Equal("refunded", await stack.StatusAsync(_user, sessionId));

        Assert.Equal(0, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_payment_disputed_before_its_status_is_read_is_credited_and_reversed_and_the_wallet_frozen()
    {
        var sessionId = await PaidUnnoticedAsync(payment => stack.DisputeAsync(payment));

        Assert.Equal("disputed", await stack.StatusAsync(_user, sessionId));

        await stack.WalletBecomesAsync(_user, 0, frozen: true);
    }

    [Fact]
    public async Task A_payment_refunded_outside_the_lists_of_the_reconciler_is_credited_and_reversed()
    {
        var sessionId = await PaidUnnoticedAsync(payment => stack.RefundAsync(payment, 200));
        await stack.Database.ExecuteAsync(
            $"update checkouts set created_at = created_at - interval '9 days' where session_id = '{sessionId}'");
        // Everything that Stripe lists is younger than the grace time, so that only our own row tells.
        await using var replica = await stack.StartPaymentsAsync(("Reconciler:GraceSeconds", "3600"));

        await new V1.PaymentsService.PaymentsServiceClient(replica.Invoker()).ReconcileAsync(new V1.ReconcileRequest());

        await stack.WalletBecomesAsync(_user, 300);
        Assert.Equal(CheckoutStatus.Paid, await stack.RowStatusAsync(sessionId));
    }

    [Fact]
    public async Task A_dispute_that_closes_weeks_later_without_a_webhook_thaws_the_wallet()
    {
        var paid = await stack.PaidAsync(_user);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        await stack.WalletBecomesAsync(_user, 0, frozen: true);
        await stack.HandledAsync(dispute, atLeast: 2);
        await using (await stack.FaultAsync("drop_webhook", "", times: 100))
        {
            await stack.CloseAsync(dispute, "won");
        }
        // The dispute is two months old, and its events are older than Stripe keeps them.
        await stack.SetAsync(dispute, new { created = DaysAgo(60) });
        await stack.AgeEventsAsync(dispute, DaysAgo(40));

        await stack.ReconcileAsync();

        await stack.WalletBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task After_a_week_out_of_service_the_reconciler_starts_from_where_it_was_last_complete()
    {
        // The first round ever goes back as far as Stripe keeps events.
        await stack.ReconcileAsync();
        var paid = await stack.PaidAsync(_user);
        await using (await stack.FaultAsync("drop_webhook", "", times: 100))
        {
            var refund = await stack.RefundAsync(paid.PaymentIntentId, 200);
            await stack.SetAsync(refund, new { created = DaysAgo(7) });
            // Its events are not among those that Stripe keeps.
            await stack.AgeEventsAsync(refund, DaysAgo(40));
            await stack.AgeEventsAsync((await stack.ChargeAsync(paid.PaymentIntentId)).Id, DaysAgo(40));
        }
        await stack.ReconcileAsync();
        await stack.WalletBecomesAsync(_user, 500);
        await stack.Database.ExecuteAsync(
            """
            update reconciler_marks set reached_at = now() - interval '8 days' where name = 'refunds';
            update worker_leases set due_at = now() where name = 'reconciler'
            """);

        await using var replica = await stack.StartPaymentsAsync(("Reconciler:IntervalSeconds", "1"));

        await stack.WalletBecomesAsync(_user, 300);
    }

    // No webhook of the payment nor of what followed arrives.
    private async Task<string> PaidUnnoticedAsync(Func<string, Task> then)
    {
        await using var deaf = await stack.FaultAsync("drop_webhook", "", times: 1_000);
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.PayByCardAsync(topup.CheckoutUrl);
        await then((await stack.SessionAsync(topup.SessionId)).PaymentIntentId!);
        return topup.SessionId;
    }

    private static long DaysAgo(int days) => TimeProvider.System.GetUtcNow().AddDays(-days).ToUnixTimeSeconds();
}
