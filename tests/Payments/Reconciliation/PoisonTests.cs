using System.Globalization;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Items that can never be repaired, and steps that fail, stop nothing else.</summary>
[Collection(ReconciliationCollection.Name)]
public sealed class PoisonTests(Stack stack) : IAsyncLifetime
{
    private const string OtherMode = "cs_live_poison";

    private readonly Guid _user = Guid.NewGuid();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await stack.Database.ExecuteAsync(
        $"delete from checkouts where session_id like '{OtherMode}%'; delete from parked_items where id like '{OtherMode}%'");

    [Fact]
    public async Task Checkouts_of_another_mode_keep_nothing_from_being_repaired()
    {
        var (refunded, disputed) = (await stack.PaidAsync(_user), await stack.PaidAsync(_user, """{"amount_cents":1000}"""));
        // More than a failure budget, and before everything else.
        await AddPoisonAsync(8);
        await using (await stack.FaultAsync("drop_webhook", "", times: 10_000))
        {
            await stack.RefundAsync(refunded.PaymentIntentId, 200);
            await stack.DisputeAsync(disputed.PaymentIntentId);
        }

        await stack.ReconcileAsync();

        await stack.WalletBecomesAsync(_user, 300, frozen: true);
    }

    [Fact]
    public async Task What_Stripe_does_not_know_is_set_aside_once_and_listed_until_it_is_dismissed()
    {
        using var metrics = new RecordedMetrics(stack.Payments.Services);
        await AddPoisonAsync(1);
        await stack.ReconcileAsync();
        await using (await stack.FaultAsync("delay", $"GET /v1/checkout/sessions/{OtherMode}", times: 1_000, delayMs: 1))
        {
            // Not asked for again at each round.
            await stack.ReconcileAsync();
            Assert.Equal(0, await stack.StruckAsync());
        }

        var item = Assert.Single(await ParkedAsync());
        Assert.Equal((V1.ParkedItemKind.Session, "missing_at_stripe", 1), (item.Kind, item.Reason, item.Attempts));
        Assert.Equal([1], metrics.Of("payments.parked", ("kind", "session"), ("reason", "missing_at_stripe")));
        Assert.Equal(
            "stripe_unavailable",
            (await Assert.ThrowsAsync<RpcException>(async () => await stack.Operator.RetryParkedItemAsync(
                new() { Kind = item.Kind, Id = item.Id }))).ErrorCode());

        await stack.Operator.DismissParkedItemAsync(new() { Kind = item.Kind, Id = item.Id });

        Assert.Empty(await ParkedAsync());
        // It comes back for another reason only.
        await stack.Database.ExecuteAsync($"update parked_items set next_attempt_at = now() where id = '{item.Id}'");
        await stack.ReconcileAsync();
        Assert.Empty(await ParkedAsync());
        Assert.Equal(2, await stack.Database.ScalarAsync<int>($"select attempts from parked_items where id = '{item.Id}'"));
    }

    [Fact]
    public async Task What_is_known_again_is_taken_off_the_list()
    {
        await AddPoisonAsync(1);
        await stack.ReconcileAsync();
        var item = Assert.Single(await ParkedAsync());
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await stack.Database.ExecuteAsync(
            $"""
            update parked_items set id = '{topup.SessionId}', next_attempt_at = now() where id = '{item.Id}'
            """);

        await stack.ReconcileAsync();

        Assert.Equal(0, await stack.Database.ScalarAsync<long>($"select count(*) from parked_items where id = '{topup.SessionId}'"));
    }

    [Fact]
    public async Task A_wallet_command_that_never_succeeds_is_left_to_an_operator_and_keeps_no_freeze_waiting()
    {
        var paid = await stack.PaidAsync(_user);
        // No wallet accepts a claw-back of nothing.
        await stack.Database.ExecuteAsync(
            $"""
            insert into wallet_commands (checkout_id, sequence, kind, paid_credits, bonus_credits, reference, planned_at, description,
                attempts)
            select id, 1, 1, 0, 0, '', now(), 'Reversed', {RetryDelay.MaxAttempts - 1}
            from checkouts where payment_intent_id = '{paid.PaymentIntentId}';
            insert into wallet_commands (checkout_id, sequence, kind, paid_credits, bonus_credits, reference, planned_at)
            select id, 2, 3, 0, 0, 'dp_{_user:N}', now() from checkouts where payment_intent_id = '{paid.PaymentIntentId}'
            """);

        await stack.WalletBecomesAsync(_user, 500, frozen: true);
        var item = await Eventually.BecomesAsync(
            async () => (await AllParkedAsync()).Find(one => one.Kind == V1.ParkedItemKind.WalletCommand && one.Id.EndsWith(":1")),
            one => one is not null, "the parked command");
        Assert.Equal("gave_up", item!.Reason);

        await stack.Database.ExecuteAsync(
            $"update wallet_commands set paid_credits = 20 where sequence = 1 and checkout_id = '{item.Id.Split(':')[0]}'");
        await stack.Operator.RetryParkedItemAsync(new() { Kind = item.Kind, Id = item.Id });

        await stack.WalletBecomesAsync(_user, 480, frozen: true);
        await Eventually.IsTrueAsync(
            async () => (await AllParkedAsync()).TrueForAll(one => one.Id != item.Id), "nothing parked any more");
    }

    [Theory]
    [InlineData(V1.ParkedItemKind.Unspecified, "pi_1")]
    [InlineData((V1.ParkedItemKind)99, "pi_1")]
    [InlineData(V1.ParkedItemKind.Payment, "")]
    [InlineData(V1.ParkedItemKind.Payment, "pi_\0")]
    public async Task A_malformed_item_is_rejected(V1.ParkedItemKind kind, string id)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await stack.Operator.RetryParkedItemAsync(new() { Kind = kind, Id = id }));
        Assert.Equal("invalid_argument", refusal.ErrorCode());
    }

    [Fact]
    public async Task A_list_that_fails_keeps_no_other_list_from_being_compared()
    {
        var paid = await stack.PaidAsync(_user);
        await using (await stack.FaultAsync("drop_webhook", "", times: 10_000))
        {
            await stack.RefundAsync(paid.PaymentIntentId, 200);
        }
        await using (await stack.FaultAsync("status", "GET /v1/checkout/sessions?", times: 1_000, status: 503))
        {
            var report = await stack.ReconcileAsync();
            Assert.True(await stack.StruckAsync() > 0);
            Assert.Contains("sessions", report.IncompleteSteps);
            Assert.DoesNotContain("refunds", report.IncompleteSteps);
        }

        await stack.WalletBecomesAsync(_user, 300);
    }

    [Fact]
    public async Task A_wallet_command_does_not_wait_for_Stripe()
    {
        var paid = await stack.PaidAsync(_user);
        await using var down = await stack.FaultAsync("status", "GET /v1/", times: 10_000, status: 503);
        // The state right after the decision, without a retry.
        await stack.Database.ExecuteAsync(
            $"""
            insert into wallet_commands (checkout_id, sequence, kind, paid_credits, bonus_credits, reference, planned_at, description)
            select id, 1, 1, 50, 0, '', now(), 'Reversed' from checkouts where payment_intent_id = '{paid.PaymentIntentId}'
            """);

        await Eventually.BecomesAsync(() => stack.BalanceAsync(_user), balance => balance == 450, "450", TimeSpan.FromSeconds(20));
    }

    private async Task<List<V1.ParkedItem>> ParkedAsync() =>
        (await AllParkedAsync()).FindAll(item => item.Id.StartsWith(OtherMode, StringComparison.Ordinal));

    // All of them, over all pages.
    private async Task<List<V1.ParkedItem>> AllParkedAsync()
    {
        var (all, cursor) = (new List<V1.ParkedItem>(), "");
        do
        {
            var page = await stack.Operator.ListParkedItemsAsync(new() { Limit = 2, Cursor = cursor });
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);
        return all;
    }

    // The checkouts of test keys, seen with a live key: Stripe answers 404.
    private Task AddPoisonAsync(int count) => stack.Database.ExecuteAsync(string.Join(';', Enumerable.Range(0, count).Select(number =>
        string.Create(CultureInfo.InvariantCulture,
            $"""
            insert into checkouts (id, user_id, amount_cents, currency, credits, bonus_credits, status, session_id, stripe_attempt,
                created_at, updated_at)
            values ('{Guid.NewGuid()}', '{_user}', 500, 'usd', 500, 0, 1, '{OtherMode}{Guid.NewGuid():N}', 0,
                now() - interval '9 days', now())
            """))));
}
