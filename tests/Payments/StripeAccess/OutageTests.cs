using ReelBallers.TestKit;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments.Tests;

/// <summary>Outages of Stripe, the wallet and Payments at the worst moment.</summary>
[Collection(OutageCollection.Name)]
public sealed class OutageTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_wallet_that_is_down_during_the_webhook_loses_nothing()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        var id = Stack.NewEventId();
        stack.WalletGate.Close();
        try
        {
            await using var lost = await stack.FaultAsync("drop_webhook", "checkout.session.completed");
            await stack.PayByCardAsync(topup.CheckoutUrl);

            var answer = await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id));

            Assert.Equal((503, "event_not_handled"), (answer.Status, answer.Code));
            Assert.Equal(EventState.Pending, (await stack.EventAsync(id)).State);
            // A status request meanwhile gets the stored status, not an error.
            Assert.Equal("open", await stack.StatusAsync(_user, topup.SessionId));
        }
        finally
        {
            stack.WalletGate.Reopen();
        }

        // It is not delivered again: our own retries handle it.
        await stack.BalanceBecomesAsync(_user, 2_200);
        await Eventually.BecomesAsync(() => stack.EventAsync(id), kept => kept == (EventState.Done, "credited"), "the event is done");
        Assert.Equal(2, (await stack.StatementAsync(_user)).Count);
        Assert.Equal("paid", await stack.StatusAsync(_user, topup.SessionId));
    }

    [Fact]
    public async Task Stripe_delivers_again_after_an_outage_and_the_payment_is_credited_once()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        stack.WalletGate.Close();
        try
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
            await Eventually.IsTrueAsync(
                async () => 1 <= await stack.Database.ScalarAsync<long>(
                    $"select coalesce(max(attempts), 0)::bigint from stripe_events where state = 1 and error is not null and "
                        + $"payload like '%{topup.SessionId}%'"),
                "a failed attempt");
        }
        finally
        {
            stack.WalletGate.Reopen();
        }

        await stack.BalanceBecomesAsync(_user, 2_200);
        Assert.Equal(2, (await stack.StatementAsync(_user)).Count);
    }

    [Fact]
    public async Task An_event_that_the_wallet_rejects_permanently_needs_an_operator()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var paymentId = (await stack.SessionAsync(sessionId)).PaymentIntentId;
        await stack.WalletClient.CreditAsync(new()
        {
            UserId = _user.ToString(),
            IdempotencyKey = $"payment:{paymentId}",
            AmountCents = 1,
            Reason = Wallet.V1.EntryReason.Topup,
        });
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id))).Status);

        Assert.Equal((EventState.Dead, "wallet_rejected"), await stack.EventAsync(id));
        Assert.Equal(1, await stack.BalanceAsync(_user));
        Assert.Equal(CheckoutStatus.Open, await stack.RowStatusAsync(sessionId));
    }

    [Fact]
    public async Task Credits_whose_bonus_the_wallet_rejects_are_not_credited_alone()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var paymentId = (await stack.SessionAsync(sessionId)).PaymentIntentId;
        await stack.WalletClient.CreditAsync(new()
        {
            UserId = _user.ToString(),
            IdempotencyKey = $"payment:{paymentId}:bonus",
            AmountCents = 1,
            Reason = Wallet.V1.EntryReason.Topup,
        });
        var id = Stack.NewEventId();

        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id));

        Assert.Equal((EventState.Dead, "wallet_rejected"), await stack.EventAsync(id));
        Assert.Equal(1, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_death_between_the_credit_and_its_mark_is_caught_up_once()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var id = Stack.NewEventId();
        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id));
        Assert.Equal(2_200, await stack.BalanceAsync(_user));
        // The state right after the wallet's response, with the lease of the crashed attempt.
        await stack.Database.ExecuteAsync(
            $"""
            update checkouts set status = 1, credited_at = null where session_id = '{sessionId}';
            update stripe_events set state = 1, outcome = null, done_at = null,
            leased_until = now() + interval '2 seconds', next_attempt_at = now()
            where id = '{id}'
            """);

        await Eventually.BecomesAsync(() => stack.EventAsync(id), kept => kept.State == EventState.Done, "the event is done");

        Assert.Equal(CheckoutStatus.Paid, await stack.RowStatusAsync(sessionId));
        Assert.Equal(2_200, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_death_before_the_sessions_id_was_noted_does_not_lose_the_payment()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.Database.ExecuteAsync($"update checkouts set session_id = null where session_id = '{topup.SessionId}'");

        await stack.PayByCardAsync(topup.CheckoutUrl);

        await stack.BalanceBecomesAsync(_user, 500);
        Assert.Equal("paid", await stack.StatusAsync(_user, topup.SessionId));
    }

    [Fact]
    public async Task An_event_that_never_succeeds_is_dead_after_the_last_attempt()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        var id = Stack.NewEventId();
        await using var down = await stack.FaultAsync("status", "GET /v1/checkout/sessions", times: 1_000, status: 400);
        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id));
        await stack.Database.ExecuteAsync(
            $"update stripe_events set attempts = {RetryDelay.MaxAttempts - 1}, next_attempt_at = now() where id = '{id}' and state = 1");

        await Eventually.BecomesAsync(() => stack.EventAsync(id), kept => kept == (EventState.Dead, "gave_up"), "the event is given up");
    }

    [Fact]
    public async Task A_cut_connection_after_Stripe_made_the_session_does_not_make_a_second_one()
    {
        await using var cut = await stack.FaultAsync("cut_after_effect", "POST /v1/checkout/sessions", times: 1);

        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""", "key-cut");

        var session = Assert.Single(await SessionsAsync());
        Assert.Equal(topup.SessionId, session.Id);
    }

    [Fact]
    public async Task A_topup_that_crashed_before_its_response_is_continued_under_the_same_key()
    {
        var first = await stack.TopupAsync(_user, """{"pack":"pro"}""", "key-again");
        // The state right after Stripe's response: the session's id not stored, the attempt's lease expired.
        await stack.Database.ExecuteAsync(
            $"""
            update checkouts set session_id = null where user_id = '{_user}';
            update idempotency_records set status = null, body = null, leased_until = now() where user_id = '{_user}'
            """);

        var again = await stack.TopupAsync(_user, """{"pack":"pro"}""", "key-again");

        Assert.Equal(first, again);
        Assert.Single(await SessionsAsync());
        Assert.Equal(1, await stack.Database.ScalarAsync<long>($"select count(*) from checkouts where user_id = '{_user}'"));
        await stack.PayByCardAsync(again.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 2_200);
    }

    [Theory]
    [InlineData("POST /v1/customers", 500)]
    [InlineData("POST /v1/customers", 503)]
    [InlineData("POST /v1/checkout/sessions", 500)]
    [InlineData("POST /v1/checkout/sessions", 503)]
    [InlineData("POST /v1/checkout/sessions", 429)]
    [InlineData("POST /v1/checkout/sessions", 401)]
    public async Task A_Stripe_in_trouble_is_a_503_and_the_same_key_succeeds_once_it_is_well(string match, int status)
    {
        await using (await stack.FaultAsync("status", match, times: 3, status: status))
        {
            var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"amount_cents":500}""", "key-trouble");
            Assert.Equal((503, "stripe_unavailable"), (answer.Status, answer.Code));
        }

        var topup = await stack.TopupAsync(_user, """{"amount_cents":500}""", "key-trouble");

        await stack.PayByCardAsync(topup.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task A_call_to_Stripe_without_an_answer_times_out()
    {
        await using var slow = await stack.FaultAsync("delay", "POST /v1/checkout/sessions", times: 10, delayMs: 60_000);

        var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"amount_cents":500}""");

        Assert.Equal((503, "stripe_unavailable"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_status_request_does_not_wait_for_a_Stripe_that_does_not_answer()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await using var slow = await stack.FaultAsync("delay", "GET /v1/checkout/sessions", times: 10, delayMs: 60_000);

        Assert.Equal("open", await stack.StatusAsync(_user, topup.SessionId));
    }

    [Fact]
    public async Task A_status_request_during_an_outage_of_Stripe_returns_the_stored_status()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        await using (await stack.FaultAsync("status", "GET /v1/checkout/sessions", times: 3, status: 503))
        {
            Assert.Equal("open", await stack.StatusAsync(_user, sessionId));
        }

        Assert.Equal("paid", await stack.StatusAsync(_user, sessionId));
    }

    [Fact]
    public async Task Two_replicas_handle_the_same_events_and_credit_once()
    {
        await using var replica = await stack.StartPaymentsAsync();
        var sessionId = await PaidWithoutWebhookAsync();
        // Slow enough for each replica to poll while the other is working.
        await using var slow = await stack.FaultAsync("delay", "GET /v1/checkout/sessions", times: 1_000, delayMs: 2_500);
        // Many stored events for one payment, all due.
        await stack.Database.ExecuteAsync(string.Join(';', Enumerable.Range(0, 30).Select(_ =>
        {
            var id = Stack.NewEventId();
            return $"""
                insert into stripe_events (id, type, payload, created_at, received_at, state, attempts, next_attempt_at)
                values ('{id}', 'checkout.session.completed', '{Stack.EventOf(
                    EventTypes.CheckoutSessionCompleted, sessionId, id)}', now(), now(), 1, 0, now())
                """;
        })));

        await Eventually.IsTrueAsync(
            async () => 30 == await stack.Database.ScalarAsync<long>(
                $"select count(*) from stripe_events where state = 2 and payload like '%{sessionId}%'"),
            "all events are done");

        Assert.Equal(2_200, await stack.BalanceAsync(_user));
        Assert.Equal(30, await stack.Database.ScalarAsync<long>(
            $"select sum(attempts) from stripe_events where payload like '%{sessionId}%'"));
    }

    private async Task<string> PaidWithoutWebhookAsync()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await using var lost = await stack.FaultAsync("drop_webhook", "checkout.session.completed");
        await stack.PayByCardAsync(topup.CheckoutUrl);
        return topup.SessionId;
    }

    private async Task<IReadOnlyList<Session>> SessionsAsync()
    {
        var customerId = await stack.Database.ScalarAsync<string>($"select customer_id from customers where user_id = '{_user}'");
        return [.. await new SessionService(stack.Stripe).ListAsync(new SessionListOptions { Customer = customerId, Limit = 100 })];
    }
}
