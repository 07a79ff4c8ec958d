using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Signed events about unknown or lost objects.</summary>
[Collection(StackCollection.Name)]
public sealed class UnknownSubjectTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData(EventTypes.CheckoutSessionCompleted)]
    [InlineData(EventTypes.CheckoutSessionExpired)]
    [InlineData(EventTypes.CheckoutSessionAsyncPaymentSucceeded)]
    [InlineData(EventTypes.CheckoutSessionAsyncPaymentFailed)]
    public async Task A_session_that_neither_Stripe_nor_we_know_is_acknowledged_and_left_to_an_operator(string type)
    {
        var id = Stack.NewEventId();
        var body = Stack.EventOf(type, $"cs_test_unknown{Guid.NewGuid():N}", id);

        Assert.Equal(200, (await stack.DeliverAsync(body)).Status);
        Assert.Equal(200, (await stack.DeliverAsync(body)).Status);

        Assert.Equal((EventState.Dead, "session_unknown"), await stack.EventAsync(id));
    }

    [Fact]
    public async Task An_id_that_no_session_can_have_is_acknowledged_and_left_to_an_operator()
    {
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionAsyncPaymentFailed, "x", id))).Status);

        Assert.Equal((EventState.Dead, "session_unknown"), await stack.EventAsync(id));
    }

    [Fact]
    public async Task A_paid_session_whose_checkout_is_lost_is_left_to_an_operator_and_credited_once_the_checkout_is_back()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var checkoutId = await stack.Database.ScalarAsync<Guid>($"select id from checkouts where session_id = '{sessionId}'");
        var another = Guid.NewGuid();
        await stack.Database.ExecuteAsync($"update checkouts set id = '{another}', session_id = null where id = '{checkoutId}'");
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id))).Status);

        Assert.Equal((EventState.Dead, "checkout_missing"), await stack.EventAsync(id));
        Assert.Equal(0, await stack.BalanceAsync(_user));
        await stack.Database.ExecuteAsync($"update checkouts set id = '{checkoutId}' where id = '{another}'");
        Assert.Equal("credited", (await stack.Operator.ReplayEventAsync(new() { EventId = id })).Outcome);
        Assert.Equal(2_200, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task An_unpaid_session_whose_checkout_is_lost_needs_no_operator()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await stack.Database.ExecuteAsync($"delete from checkouts where session_id = '{topup.SessionId}'");
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionExpired, topup.SessionId, id))).Status);

        Assert.Equal((EventState.Done, "not_ours"), await stack.EventAsync(id));
    }

    [Fact]
    public async Task Events_before_the_session_id_is_stored_find_their_checkout_and_credit_once()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        await stack.Database.ExecuteAsync($"update checkouts set session_id = null where session_id = '{sessionId}'");
        var ids = Enumerable.Range(0, 8).Select(_ => Stack.NewEventId()).ToList();

        var answers = await Task.WhenAll(
            ids.Select(id => stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id))));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        foreach (var id in ids)
        {
            Assert.Equal(EventState.Done, (await stack.EventAsync(id)).State);
        }
        Assert.Equal(2_200, await stack.BalanceAsync(_user));
        Assert.Equal(CheckoutStatus.Paid, await stack.RowStatusAsync(sessionId));
    }

    [Fact]
    public async Task A_session_that_Stripe_should_know_is_tried_again_and_not_left_to_an_operator()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        var lost = $"cs_test_lost{Guid.NewGuid():N}";
        await stack.Database.ExecuteAsync($"update checkouts set session_id = '{lost}' where session_id = '{topup.SessionId}'");
        var id = Stack.NewEventId();

        var answer = await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, lost, id));

        Assert.Equal((503, "event_not_handled"), (answer.Status, answer.Code));
        Assert.Equal(EventState.Pending, (await stack.EventAsync(id)).State);
        await stack.Database.ExecuteAsync($"delete from stripe_events where id = '{id}'");
    }

    [Fact]
    public async Task A_session_that_names_a_checkout_of_ours_without_one_is_tried_again_and_not_left_to_an_operator()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        var checkoutId = await stack.Database.ScalarAsync<Guid>($"select id from checkouts where session_id = '{topup.SessionId}'");
        await stack.Database.ExecuteAsync($"update checkouts set session_id = null where id = '{checkoutId}'");
        var id = Stack.NewEventId();
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, $"cs_test_new{Guid.NewGuid():N}", id)
            .Replace("\"status\": \"complete\"", $$"""
                "status": "complete", "metadata": { "checkout_id": "{{checkoutId}}", "user_id": "{{_user}}" }
                """, StringComparison.Ordinal);

        Assert.Equal(503, (await stack.DeliverAsync(body)).Status);

        Assert.Equal(EventState.Pending, (await stack.EventAsync(id)).State);
        await stack.Database.ExecuteAsync($"delete from stripe_events where id = '{id}'");
    }

    [Theory]
    [InlineData(EventTypes.ChargeRefunded, "charge", "not_ours")]
    [InlineData(EventTypes.RefundCreated, "refund", "not_ours")]
    [InlineData(EventTypes.RefundUpdated, "refund", "not_ours")]
    [InlineData(EventTypes.RefundFailed, "refund", "not_ours")]
    [InlineData(EventTypes.ChargeDisputeCreated, "dispute", "not_ours")]
    [InlineData(EventTypes.ChargeDisputeClosed, "dispute", "not_ours")]
    [InlineData(EventTypes.PaymentIntentPaymentFailed, "payment_intent", "noted")]
    [InlineData("payment_intent.succeeded", "payment_intent", "not_ours")]
    [InlineData("charge.succeeded", "charge", "unhandled")]
    [InlineData("customer.deleted", "customer", "unhandled")]
    public async Task An_event_about_an_object_of_another_application_is_acknowledged_and_done(string type, string kind, string outcome)
    {
        var id = Stack.NewEventId();

        var answer = await stack.DeliverAsync(RefundTests.Event(type, SubjectOf(kind), id));

        Assert.Equal(200, answer.Status);
        Assert.Equal((EventState.Done, outcome), await stack.EventAsync(id));
    }

    [Theory]
    [InlineData(EventTypes.ChargeRefunded, "charge", 400)]
    [InlineData(EventTypes.RefundUpdated, "refund", 404)]
    [InlineData(EventTypes.ChargeDisputeClosed, "dispute", 404)]
    public async Task A_payment_that_Stripe_does_not_know_is_acknowledged_and_left_to_an_operator(string type, string kind, int status)
    {
        await using var stripe = await StubStripe.StartAsync(status, "No such payment_intent", "resource_missing");
        await using var replica = await stack.StartPaymentsAsync(("Stripe:ApiBase", stripe.Url));
        var id = Stack.NewEventId();

        var answer = await stack.DeliverAsync(RefundTests.Event(type, SubjectOf(kind), id), replica: replica);

        Assert.Equal(200, answer.Status);
        Assert.Equal((EventState.Dead, "payment_unknown"), await stack.EventAsync(id));
    }

    [Fact]
    public async Task A_404_that_does_not_say_that_the_session_is_missing_is_an_outage()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = await StubStripe.StartAsync(404, "Unrecognized request URL", null);
        await using var replica = await stack.StartPaymentsAsync(
            ("Stripe:ApiBase", proxy.Url), ("ConnectionStrings:paymentsdb", database.ConnectionString));
        var id = Stack.NewEventId();

        var answer = await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, "cs_test_1", id), replica: replica);

        Assert.Equal((503, "event_not_handled"), (answer.Status, answer.Code));
        Assert.Equal(1, await database.ScalarAsync<short>($"select state from stripe_events where id = '{id}'"));
    }

    [Fact]
    public async Task A_failure_that_another_delivery_would_not_change_is_acknowledged_and_retried_from_the_stored_event()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var id = Stack.NewEventId();
        await using (await stack.FaultAsync("status", "GET /v1/checkout/sessions", times: 1, status: 400, shouldRetry: false))
        {
            Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id))).Status);
        }

        await Eventually.BecomesAsync(() => stack.EventAsync(id), kept => kept == (EventState.Done, "credited"), "a credited event");
        Assert.Equal(2_200, await stack.BalanceAsync(_user));
        Assert.True(2 <= await stack.Database.ScalarAsync<int>($"select attempts from stripe_events where id = '{id}'"));
    }

    [Fact]
    public async Task A_failure_whose_text_PostgreSQL_cannot_store_is_noted_all_the_same()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var stripe = await StubStripe.StartAsync(400, "Odd:\0 " + new string('x', 10_000), "odd");
        await using var replica = await stack.StartPaymentsAsync(
            ("Stripe:ApiBase", stripe.Url), ("ConnectionStrings:paymentsdb", database.ConnectionString));
        var id = Stack.NewEventId();

        var answer = await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, "cs_test_1", id), replica: replica);

        Assert.Equal(200, answer.Status);
        var error = await database.ScalarAsync<string>($"select coalesce(error, '') from stripe_events where id = '{id}'");
        Assert.StartsWith("StripeException: Odd: x", error, StringComparison.Ordinal);
        Assert.Equal(2_000, error.Length);
    }

    private static string SubjectOf(string kind) => kind == "payment_intent"
        ? """{ "id": "pi_unknown", "object": "payment_intent", "last_payment_error": { "code": "card_declined" } }"""
        : $$"""{ "id": "xx_unknown", "object": "{{kind}}", "payment_intent": "pi_unknown{{Guid.NewGuid():N}}" }""";

    private async Task<string> PaidWithoutWebhookAsync()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await using var lost = await stack.FaultAsync("drop_webhook", "checkout.session.completed");
        await stack.PayByCardAsync(topup.CheckoutUrl);
        return topup.SessionId;
    }
}
