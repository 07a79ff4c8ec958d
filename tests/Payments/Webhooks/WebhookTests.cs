using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

[Collection(StackCollection.Name)]
public sealed class WebhookTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task The_same_webhook_sequentially_and_concurrently_credits_once()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId);

        var atOnce = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stack.DeliverAsync(body)));
        var inARow = new List<Answer>();
        for (var time = 0; time < 5; time++)
        {
            inARow.Add(await stack.DeliverAsync(body, path: "/api/webhook"));
        }

        Assert.All([.. atOnce, .. inARow],
            answer => Assert.Equal((200, true), (answer.Status, answer.Body.GetProperty("received").GetBoolean())));
        await stack.BalanceBecomesAsync(_user, 2_200);
        Assert.Equal(2, (await stack.StatementAsync(_user)).Count);
        Assert.Equal("paid", await stack.StatusAsync(_user, sessionId));
    }

    [Fact]
    public async Task Many_events_of_two_types_for_one_payment_credit_once()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        string[] types = [EventTypes.CheckoutSessionCompleted, EventTypes.CheckoutSessionAsyncPaymentSucceeded];

        var answers = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(number => stack.DeliverAsync(Stack.EventOf(types[number % 2], sessionId))));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(2_200, await stack.BalanceAsync(_user));
        Assert.Equal(2, (await stack.StatementAsync(_user)).Count);
    }

    [Fact]
    public async Task Old_events_that_are_delivered_again_credit_nothing()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId);
        await stack.DeliverAsync(body);
        await stack.BalanceBecomesAsync(_user, 2_200);
        // Including the mark of the credit itself.
        await stack.Database.ExecuteAsync(
            $"delete from stripe_events; update checkouts set status = 1, credited_at = null where session_id = '{sessionId}'");

        Assert.Equal(200, (await stack.DeliverAsync(body)).Status);

        Assert.Equal(2_200, await stack.BalanceAsync(_user));
        Assert.Equal(2, (await stack.StatementAsync(_user)).Count);
    }

    [Fact]
    public async Task A_webhook_delivered_twice_credits_once()
    {
        await using var doubled = await stack.FaultAsync("double_webhook", "checkout.session.completed");
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await stack.PayByCardAsync(topup.CheckoutUrl);

        await stack.BalanceBecomesAsync(_user, 2_200);
        Assert.Equal("paid", await stack.StatusAsync(_user, topup.SessionId));
        Assert.Equal(2, (await stack.StatementAsync(_user)).Count);
    }

    [Fact]
    public async Task A_lost_webhook_is_repaired_by_asking_for_the_status()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        Assert.Equal(CheckoutStatus.Open, await stack.RowStatusAsync(sessionId));

        Assert.Equal("paid", await stack.StatusAsync(_user, sessionId));
        Assert.Equal("paid", await stack.StatusAsync(_user, sessionId));

        Assert.Equal(2_200, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task An_attempt_that_the_stop_of_the_service_ends_does_not_count_and_is_made_again_at_once()
    {
        var (sessionId, eventId) = (await PaidWithoutWebhookAsync(), Stack.NewEventId());
        using var wallet = new SilentWallet();
        using var log = new CollectedLogs();
        await using var replica = await stack.StartPaymentsAsync(log, wallet.Setting);
        var delivered = stack.DeliverAsync(
            Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, eventId), replica: replica);
        using var connection = await wallet.AcceptAsync();
        // The replica may connect before it has an event.
        var isLeased = $"select exists (select from stripe_events where id = '{eventId}' and leased_until is not null)";
        await Eventually.IsTrueAsync(() => stack.Database.ScalarAsync<bool>(isLeased), "the attempt has begun");

        replica.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(503, (await delivered).Status);
        Assert.Contains(log.Lines, line => line.Contains($"Event {eventId} (checkout.session.completed): attempt 1 is ended by the stop",
            StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => !line.StartsWith("Information", StringComparison.Ordinal));
        await stack.BalanceBecomesAsync(_user, 2_200);
        await Eventually.IsTrueAsync(
            async () => await stack.EventAsync(eventId) is (EventState.Done, "credited"), "the other replica handles the event");
        Assert.Equal(1, await stack.Database.ScalarAsync<int>($"select attempts from stripe_events where id = '{eventId}'"));
    }

    [Theory]
    [InlineData(null, 0, null, "signature_missing")]
    [InlineData("whsec_wrong", 0, null, "signature_invalid")]
    [InlineData(Stack.WebhookSecret, 400, null, "signature_invalid")]
    [InlineData(Stack.WebhookSecret, -400, null, "signature_invalid")]
    [InlineData(null, 0, "t=1700000000", "signature_invalid")]
    [InlineData(null, 0, "nonsense", "signature_invalid")]
    [InlineData(null, 0, "t=soon,v1=00", "signature_invalid")]
    [InlineData(null, 0, "t=99999999999999999999,v1=00", "signature_invalid")]
    [InlineData(null, 0, "t,v1", "signature_invalid")]
    [InlineData(null, 0, "=,=", "signature_invalid")]
    public async Task A_webhook_without_a_good_signature_is_rejected_and_nothing_is_kept(
        string? secret, long age, string? header, string code)
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var id = Stack.NewEventId();

        var answer = await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id), secret, age, header);

        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Equal(0, await stack.Database.ScalarAsync<long>($"select count(*) from stripe_events where id = '{id}'"));
        Assert.Equal(0, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_body_that_was_changed_after_signing_is_rejected()
    {
        var signed = Stack.EventOf(EventTypes.CheckoutSessionCompleted, "cs_test_cheap");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var header = $"t={now},v1={EventUtility.ComputeSignature(Stack.WebhookSecret, now, signed)}";

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf("product.created", "x"))).Status);
        Assert.Equal(400, (await stack.DeliverAsync(
            signed.Replace("cs_test_cheap", "cs_test_dear", StringComparison.Ordinal), header: header)).Status);
        Assert.Equal(400, (await stack.DeliverAsync(signed + " ", header: header)).Status);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_rejected()
    {
        var answer = await stack.DeliverAsync(new string(' ', (1024 * 1024) + 1));

        Assert.Equal((413, "too_large"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_unknown_type_is_stored_and_acknowledged()
    {
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf("customer.tax_id.created", "x", id))).Status);

        Assert.Equal((EventState.Done, "unhandled"), await stack.EventAsync(id));
    }

    [Fact]
    public async Task An_event_of_any_version_is_stored_byte_for_byte()
    {
        var id = Stack.NewEventId();
        var body = Stack.EventOf("customer.updated", "x", id).Replace("2026-10-28.endive", "2019-01-01", StringComparison.Ordinal);

        Assert.Equal(200, (await stack.DeliverAsync(body)).Status);

        Assert.Equal(body, await stack.Database.ScalarAsync<string>($"select payload from stripe_events where id = '{id}'"));
    }

    [Fact]
    public async Task A_signed_event_that_claims_a_payment_which_Stripe_does_not_confirm_credits_nothing()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"max"}""");
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id))).Status);

        Assert.Equal((EventState.Done, "still_open"), await stack.EventAsync(id));
        Assert.Equal(0, await stack.BalanceAsync(_user));
    }

    [Theory]
    [InlineData("amount_cents = 4200", "amount_mismatch")]
    [InlineData("currency = 'eur'", "currency_mismatch")]
    [InlineData("user_id = 'aaaaaaaa-0000-0000-0000-000000000000'", "user_mismatch")]
    [InlineData("payment_intent_id = 'pi_another_' || id", "payment_mismatch")]
    public async Task A_payment_that_does_not_match_our_row_is_not_credited_and_needs_an_operator(string change, string outcome)
    {
        var sessionId = await PaidWithoutWebhookAsync();
        await stack.Database.ExecuteAsync($"update checkouts set {change} where session_id = '{sessionId}'");
        var id = Stack.NewEventId();

        Assert.Equal(200, (await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id))).Status);

        Assert.Equal((EventState.Dead, outcome), await stack.EventAsync(id));
        Assert.Equal(0, await stack.BalanceAsync(_user));
        Assert.Equal(0, await stack.BalanceAsync(Guid.Parse("aaaaaaaa-0000-0000-0000-000000000000")));
        Assert.Equal(CheckoutStatus.Open, await stack.RowStatusAsync(sessionId));
    }

    [Fact]
    public async Task A_payment_that_paid_another_checkout_is_not_credited_again()
    {
        var sessionId = await PaidWithoutWebhookAsync();
        var paymentId = (await stack.SessionAsync(sessionId)).PaymentIntentId;
        var other = await stack.TopupAsync(Guid.NewGuid(), """{"pack":"pro"}""");
        await stack.Database.ExecuteAsync(
            $"update checkouts set payment_intent_id = '{paymentId}' where session_id = '{other.SessionId}'");
        var id = Stack.NewEventId();

        await stack.DeliverAsync(Stack.EventOf(EventTypes.CheckoutSessionCompleted, sessionId, id));

        Assert.Equal((EventState.Dead, "payment_mismatch"), await stack.EventAsync(id));
        Assert.Equal(0, await stack.BalanceAsync(_user));
    }

    [Fact]
    public async Task A_session_of_another_application_on_the_same_account_credits_nothing()
    {
        var mine = await stack.TopupAsync(_user, """{"pack":"max"}""");
        var checkoutId = await stack.Database.ScalarAsync<Guid>($"select id from checkouts where session_id = '{mine.SessionId}'");
        var theirs = await new Stripe.Checkout.SessionService(stack.Stripe).CreateAsync(new()
        {
            Mode = "payment",
            ClientReferenceId = _user.ToString(),
            Metadata = new() { ["checkout_id"] = checkoutId.ToString(), ["user_id"] = _user.ToString() },
            LineItems = [new() { Quantity = 1,
                PriceData = new() { Currency = "usd", UnitAmount = 3_500, ProductData = new() { Name = "A hat" } } }],
            SuccessUrl = "http://elsewhere.test/",
        });
        await stack.PayByCardAsync(theirs.Url!);

        await Eventually.IsTrueAsync(
            async () => 1 == await stack.Database.ScalarAsync<long>(
                $"select count(*) from stripe_events where payload like '%{theirs.Id}%' and outcome = 'not_ours'"),
            "the stranger's event is acknowledged");
        Assert.Equal(0, await stack.BalanceAsync(_user));
        Assert.Equal(CheckoutStatus.Open, await stack.RowStatusAsync(mine.SessionId));
    }

    // Paid at Stripe, with its webhook lost.
    private async Task<string> PaidWithoutWebhookAsync()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"pro"}""");
        await using var lost = await stack.FaultAsync("drop_webhook", "checkout.session.completed");
        await stack.PayByCardAsync(topup.CheckoutUrl);
        return topup.SessionId;
    }
}
