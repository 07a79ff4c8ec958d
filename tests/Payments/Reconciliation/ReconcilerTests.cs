using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>The reconciler repairs what lost webhooks left undone.</summary>
[Collection(ReconciliationCollection.Name)]
public sealed class ReconcilerTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_payment_whose_webhooks_are_all_lost_is_credited()
    {
        Topup topup;
        await using (await DeafAsync())
        {
            topup = await StartAsync("""{"pack":"pro"}""");
            await stack.PayByCardAsync(topup.Url);
        }
        Assert.Equal(CheckoutStatus.Open, await stack.RowStatusAsync(topup.SessionId));

        var repaired = await stack.ReconcileAsync();

        Assert.True(repaired.Sessions >= 1);
        await stack.WalletBecomesAsync(_user, 2_200);
        Assert.Equal(CheckoutStatus.Paid, await stack.RowStatusAsync(topup.SessionId));
        Assert.Equal(0, (await stack.ReconcileAsync()).Sessions);
        await stack.WalletBecomesAsync(_user, 2_200);
    }

    [Fact]
    public async Task Refunds_and_disputes_without_any_webhook_reverse_and_reinstate_the_credits()
    {
        var (refunded, disputed) = (await stack.PaidAsync(_user), await stack.PaidAsync(_user, """{"amount_cents":1000}"""));
        string dispute;
        await using (await DeafAsync())
        {
            await stack.RefundAsync(refunded.PaymentIntentId, 200);
            dispute = await stack.DisputeAsync(disputed.PaymentIntentId);
        }

        var repaired = await stack.ReconcileAsync();

        Assert.True(repaired.Refunds >= 1 && repaired.Disputes >= 1, repaired.ToString());
        await stack.WalletBecomesAsync(_user, 300, frozen: true);
        await using (await DeafAsync())
        {
            await stack.CloseAsync(dispute, "won");
        }
        await stack.ReconcileAsync();
        await stack.WalletBecomesAsync(_user, 1_300);
    }

    [Fact]
    public async Task An_expired_session_whose_webhook_is_lost_ends_the_checkout()
    {
        Topup topup;
        await using (await DeafAsync())
        {
            topup = await StartAsync("""{"pack":"pro"}""");
            await new SessionService(stack.Stripe).ExpireAsync(topup.SessionId);
        }

        await stack.ReconcileAsync();

        Assert.Equal(CheckoutStatus.Expired, await stack.RowStatusAsync(topup.SessionId));
    }

    [Fact]
    public async Task A_bank_that_rejects_and_whose_webhook_is_lost_ends_the_checkout()
    {
        Topup topup;
        await using (await DeafAsync())
        {
            topup = await StartAsync("""{"pack":"starter"}""");
            await stack.PayAsync(topup.Url, ("payment_method", "us_bank_account"), ("account_number", "000111111116"));
            await Eventually.IsTrueAsync(
                async () => (await new EventService(stack.Stripe)
                    .ListAsync(new EventListOptions { Type = "checkout.session.async_payment_failed", Limit = 100 }))
                    .Any(failed => ((Session)failed.Data!.Object!).Id == topup.SessionId),
                "the bank's answer");
        }

        var repaired = await stack.ReconcileAsync();

        Assert.True(repaired.Events >= 1);
        Assert.Equal(CheckoutStatus.Failed, await stack.RowStatusAsync(topup.SessionId));
    }

    [Fact]
    public async Task A_bank_debit_that_is_older_than_the_lists_is_found_by_our_own_row()
    {
        Topup topup;
        await using (await DeafAsync())
        {
            topup = await StartAsync("""{"pack":"starter"}""");
            await stack.PayByCardAsync(topup.Url);
        }
        await stack.Database.ExecuteAsync(
            $"update checkouts set created_at = created_at - interval '9 days' where session_id = '{topup.SessionId}'");
        // Everything listed is younger than the grace time.
        await using var replica = await stack.StartPaymentsAsync(("Reconciler:GraceSeconds", "3600"));

        await new V1.PaymentsService.PaymentsServiceClient(replica.Invoker()).ReconcileAsync(new V1.ReconcileRequest());

        await stack.WalletBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task All_pages_of_a_list_are_read()
    {
        var other = Guid.NewGuid();
        var (first, many) = (await stack.PaidAsync(_user), await stack.PaidAsync(other, """{"amount_cents":50000}"""));
        await using (await DeafAsync())
        {
            // The oldest, so that it is not on the first page.
            await stack.RefundAsync(first.PaymentIntentId);
            for (var part = 0; part < 105; part++)
            {
                await stack.RefundAsync(many.PaymentIntentId, 100);
            }
        }

        await stack.ReconcileAsync();

        await stack.WalletBecomesAsync(_user, 0);
        await stack.WalletBecomesAsync(other, 50_000 - 10_500);
    }

    [Fact]
    public async Task An_unconfirmed_wallet_command_is_carried_out()
    {
        var paid = await stack.PaidAsync(_user);
        await stack.RefundAsync(paid.PaymentIntentId, 200);
        await stack.WalletBecomesAsync(_user, 300);
        // Handling the second event of the refund would carry the command out too.
        await Eventually.IsTrueAsync(
            async () => 2 == await stack.Database.ScalarAsync<long>(
                "select count(*) from stripe_events where type in ('charge.refunded', 'refund.created') and state <> 1 "
                + $"and payload like '%{paid.PaymentIntentId}%'"),
            "both events of the refund are handled");
        var sequence = $"(select reversal_version from checkouts where payment_intent_id = '{paid.PaymentIntentId}')";
        // The state right after the decision, without a retry.
        await stack.Database.ExecuteAsync(
            $"""
            insert into wallet_commands (checkout_id, sequence, kind, paid_credits, bonus_credits, reference, planned_at, description)
            select id, 99, 1, 50, 0, '', now(), 'Reversed' from checkouts
            where payment_intent_id = '{paid.PaymentIntentId}' and {sequence} > 0
            """);

        await stack.ReconcileAsync();

        // Here, or by the worker of the wallet commands a moment before.
        await stack.WalletBecomesAsync(_user, 250);
    }

    [Fact]
    public async Task Only_one_reconciliation_runs_at_a_time()
    {
        await using var slow = await stack.FaultAsync("delay", "GET /v1/checkout/sessions?", times: 1, delayMs: 6_000);
        var first = stack.ReconcileAsync();
        await Eventually.IsTrueAsync(
            async () => 1 == await stack.Database.ScalarAsync<long>("select count(*) from worker_leases where leased_until > now()"),
            "a comparison that has begun");

        var second = await Assert.ThrowsAsync<RpcException>(stack.ReconcileAsync);

        Assert.Equal("reconciliation_running", second.ErrorCode());
        await first;
    }

    [Fact]
    public async Task A_lease_whose_holder_crashed_expires()
    {
        await stack.ReconcileAsync();
        await stack.Database.ExecuteAsync(
            $"update worker_leases set holder = '{Guid.NewGuid()}', leased_until = now() + interval '1 second'");

        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                await stack.ReconcileAsync();
                return true;
            }
            catch (RpcException taken) when (taken.ErrorCode() == "reconciliation_running")
            {
                return false;
            }
        }, "the lease");
    }

    [Fact]
    public async Task It_runs_periodically_on_one_of_many_replicas()
    {
        Topup topup;
        await using (await DeafAsync())
        {
            topup = await StartAsync("""{"pack":"starter"}""");
            await stack.PayByCardAsync(topup.Url);
        }
        await stack.Database.ExecuteAsync("update worker_leases set due_at = now()");
        await using var one = await stack.StartPaymentsAsync(("Reconciler:IntervalSeconds", "1"));
        await using var two = await stack.StartPaymentsAsync(("Reconciler:IntervalSeconds", "1"));

        await stack.WalletBecomesAsync(_user, 500);

        Assert.Equal(CheckoutStatus.Paid,
            await Eventually.BecomesAsync(() => stack.RowStatusAsync(topup.SessionId), row => row == CheckoutStatus.Paid, "paid"));
    }

    private async Task<Topup> StartAsync(string json)
    {
        var topup = await stack.TopupAsync(_user, json);
        return new Topup(topup.SessionId, topup.CheckoutUrl);
    }

    // No webhook is delivered.
    private Task<IAsyncDisposable> DeafAsync() => stack.FaultAsync("drop_webhook", "", times: 10_000);

    private sealed record Topup(string SessionId, string Url);
}
