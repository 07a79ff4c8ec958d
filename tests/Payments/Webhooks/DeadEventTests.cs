using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Dead events are listed, and an operator can replay them.</summary>
[Collection(StackCollection.Name)]
public sealed class DeadEventTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_dead_event_is_listed_and_its_replay_credits_once_the_cause_is_fixed()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
        }
        await stack.Database.ExecuteAsync($"update checkouts set amount_cents = 4200 where session_id = '{topup.SessionId}'");
        var id = Stack.NewEventId();
        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id));

        var dead = Assert.Single(await stack.DeadEventsAsync(), one => one.EventId == id);
        Assert.Equal((EventTypes.CheckoutSessionCompleted, "amount_mismatch"), (dead.Type, dead.Outcome));
        var still = await stack.Operator.ReplayEventAsync(new() { EventId = id });
        Assert.Equal((false, "amount_mismatch"), (still.Done, still.Outcome));

        await stack.Database.ExecuteAsync($"update checkouts set amount_cents = 2000 where session_id = '{topup.SessionId}'");
        var replayed = await stack.Operator.ReplayEventAsync(new() { EventId = id });

        Assert.Equal((true, "credited"), (replayed.Done, replayed.Outcome));
        await stack.WalletBecomesAsync(_user, 2_200);
        Assert.DoesNotContain(await stack.DeadEventsAsync(), one => one.EventId == id);
        Assert.Equal("event_not_dead", (
            await Assert.ThrowsAsync<RpcException>(async () => await stack.Operator.ReplayEventAsync(new() { EventId = id })))
            .ErrorCode());
        await stack.WalletBecomesAsync(_user, 2_200);
    }

    [Fact]
    public async Task A_credit_long_after_its_refund_is_reversed_at_once()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        string paymentId;
        var (paid, refunded) = (Stack.NewEventId(), Stack.NewEventId());
        await using (await stack.FaultAsync("drop_webhook", "", times: 100))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
            paymentId = (await stack.SessionAsync(topup.SessionId)).PaymentIntentId!;
            await stack.Database.ExecuteAsync($"update checkouts set amount_cents = 4200 where session_id = '{topup.SessionId}'");
            await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, paid)
                .Replace("\"status\": \"complete\"", $"\"status\": \"complete\", \"payment_intent\": \"{paymentId}\"",
                    StringComparison.Ordinal));
            await stack.RefundAsync(paymentId, 200);
            await stack.DeliverAsync(RefundTests.RefundEvent(EventTypes.RefundCreated, "re_1", paymentId, refunded));
        }
        Assert.Equal((EventState.Dead, "amount_mismatch"), await stack.EventAsync(paid));
        Assert.Equal((EventState.Done, "not_ours"), await stack.EventAsync(refunded));

        await stack.Database.ExecuteAsync($"update checkouts set amount_cents = 500 where session_id = '{topup.SessionId}'");
        Assert.True((await stack.Operator.ReplayEventAsync(new() { EventId = paid })).Done);

        await stack.WalletBecomesAsync(_user, 300);
    }

    [Fact]
    public async Task A_failed_replay_is_retried_automatically()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
        }
        var id = Stack.NewEventId();
        await stack.Database.ExecuteAsync(
            $"""
            insert into stripe_events (id, type, payload, created_at, received_at, state, outcome, attempts, next_attempt_at)
            values ('{id}', 'checkout.session.completed', '{Stack.EventOf(
                EventTypes.CheckoutSessionCompleted, topup.SessionId, id)}', now(), now(), 3, 'gave_up', 80, now())
            """);
        stack.WalletGate.Close();
        try
        {
            var waiting = await stack.Operator.ReplayEventAsync(
                new() { EventId = id }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60));
            Assert.Equal((false, ""), (waiting.Done, waiting.Outcome));
        }
        finally
        {
            stack.WalletGate.Reopen();
        }

        await stack.WalletBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task An_event_that_an_operator_replays_is_retried_by_no_replica_meanwhile()
    {
        var id = Stack.NewEventId();
        await stack.Database.ExecuteAsync(
            $"""
            insert into stripe_events (id, type, payload, created_at, received_at, state, outcome, attempts, next_attempt_at)
            values ('{id}', 'charge.refunded', '', now(), now(), 3, 'gave_up', 80, now())
            """);
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        var inbox = scope.ServiceProvider.GetRequiredService<WebhookInbox>();

        Assert.Equal(1, (await inbox.ReopenAsync(id, default))!.Attempts);

        Assert.Null(await inbox.ReopenAsync(id, default));
        Assert.DoesNotContain(await inbox.LeaseDueAsync(100, default), due => due.Id == id);
        Assert.Equal(1, await stack.Database.ScalarAsync<int>($"select attempts from stripe_events where id = '{id}'"));
    }

    [Fact]
    public async Task The_list_is_paged_and_bad_cursors_are_rejected()
    {
        // Of one time, so that the id decides.
        await stack.Database.ExecuteAsync(
            $"""
            insert into stripe_events (id, type, payload, created_at, received_at, state, outcome, attempts, next_attempt_at)
            select 'evt_{_user:N}_' || 4 - n, 'charge.refunded', '', now(), now(), 3, 'gave_up', 80, now() from generate_series(1, 3) n
            """);

        var all = await stack.DeadEventsAsync(limit: 1);

        Assert.Equal(
            [1, 2, 3],
            all.Where(one => one.EventId.StartsWith($"evt_{_user:N}_", StringComparison.Ordinal)).Select(one => one.EventId[^1] - '0'));
        Assert.Equal(all.Count, all.Select(one => one.EventId).Distinct().Count());
        Assert.Equal(all.OrderBy(one => one.ReceivedAt.ToDateTimeOffset()).Select(one => one.EventId), all.Select(one => one.EventId));
        foreach (var cursor in new[] { "nonsense", "bm9uc2Vuc2U=", "LTE6eA==" })
        {
            await Assert.ThrowsAsync<RpcException>(async () => await stack.Operator.ListDeadEventsAsync(new() { Cursor = cursor }));
        }
        Assert.Equal("event_not_found",
            (await Assert.ThrowsAsync<RpcException>(async () => await stack.Operator.ReplayEventAsync(new() { EventId = "evt_none" })))
            .ErrorCode());
    }
}
