using System.Globalization;
using ReelBallers.Wallet.V1;
using Stripe;

namespace ReelBallers.Payments.Tests;

[Collection(StackCollection.Name)]
public sealed class TopupTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task A_paid_topup_becomes_credits()
    {
        var topup = await stack.TopupAsync(_user, """{"amount_cents":500}""");
        Assert.Equal("open", await stack.StatusAsync(_user, topup.SessionId));
        Assert.Equal(0, await stack.BalanceAsync(_user));

        var (status, location) = await stack.PayAsync(topup.CheckoutUrl, ("card_number", "4242424242424242"), ("email", "a@example.com"));

        Assert.Equal(303, status);
        Assert.Equal($"http://app.test:8080/?topup=success&session_id={topup.SessionId}", location!.ToString());
        await stack.BalanceBecomesAsync(_user, 500);
        var entry = Assert.Single(await stack.StatementAsync(_user));
        Assert.Equal((EntryReason.Topup, 500, "Top-up of $5.00"), (entry.Reason, entry.ChangeCents, entry.Description));
        var session = await stack.SessionAsync(topup.SessionId);
        Assert.Equal(session.PaymentIntentId, entry.StripePaymentId);
        var answer = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{topup.SessionId}", _user);
        Assert.Equal(
            (topup.SessionId, "paid", 500, 500),
            (answer.Text("session_id"), answer.Text("status"), answer.Number("amount_cents"), answer.Number("credits")));
    }

    [Fact]
    public async Task A_pack_with_a_bonus_becomes_two_entries()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"max"}""");
        await stack.PayByCardAsync(topup.CheckoutUrl);

        await stack.BalanceBecomesAsync(_user, 4_200);
        Assert.Equal(
            [(EntryReason.Bonus, 700), (EntryReason.Topup, 3_500)],
            (await stack.StatementAsync(_user)).Select(entry => (entry.Reason, entry.ChangeCents)));
        Assert.Equal(3_500, (await stack.SessionAsync(topup.SessionId)).AmountTotal);
        await Eventually(topup.SessionId, CheckoutStatus.Paid);
    }

    [Fact]
    public async Task A_declined_card_leaves_the_balance_as_it_was_and_another_card_may_pay()
    {
        var topup = await stack.TopupAsync(_user, """{"pack":"starter"}""");

        Assert.Equal(402, (await stack.PayAsync(topup.CheckoutUrl, ("card_number", "4000000000000002"))).Status);

        Assert.Equal("open", await stack.StatusAsync(_user, topup.SessionId));
        Assert.Equal(0, await stack.BalanceAsync(_user));
        await stack.PayByCardAsync(topup.CheckoutUrl);
        await stack.BalanceBecomesAsync(_user, 500);
    }

    [Fact]
    public async Task The_metadata_of_session_and_payment_identify_the_checkout()
    {
        var topup = await stack.TopupAsync(_user, """{"amount_cents":50}""");
        await stack.PayByCardAsync(topup.CheckoutUrl);

        var session = await stack.SessionAsync(topup.SessionId);
        var payment = await new PaymentIntentService(stack.Stripe).GetAsync(session.PaymentIntentId!);
        var checkoutId = await stack.Database.ScalarAsync<Guid>($"select id from checkouts where session_id = '{topup.SessionId}'");
        Assert.Equal(_user.ToString(), session.ClientReferenceId);
        foreach (var metadata in new[] { session.Metadata!, payment.Metadata! })
        {
            Assert.Equal((_user.ToString(), checkoutId.ToString()), (metadata["user_id"], metadata["checkout_id"]));
        }
    }

    [Fact]
    public async Task A_user_is_one_customer_even_when_two_topups_begin_at_once()
    {
        var topups = await Task.WhenAll(Enumerable.Range(50, 8).Select(cents =>
            stack.TopupAsync(_user, string.Create(CultureInfo.InvariantCulture, $$"""{"amount_cents":{{cents}}}"""))));

        var sessions = await Task.WhenAll(topups.Select(topup => stack.SessionAsync(topup.SessionId)));
        Assert.Equal(8, sessions.Select(session => session.Id).Distinct().Count());
        Assert.StartsWith("cus_", Assert.Single(sessions.Select(session => session.CustomerId).Distinct()), StringComparison.Ordinal);
        Assert.Equal(
            sessions[0].CustomerId, await stack.Database.ScalarAsync<string>(
                $"select customer_id from customers where user_id = '{_user}'"));
    }

    [Fact]
    public async Task A_customer_that_Stripe_has_lost_is_replaced()
    {
        await stack.TopupAsync(_user, """{"amount_cents":50}""");
        await stack.Database.ExecuteAsync($"update customers set customer_id = 'cus_of_another_account' where user_id = '{_user}'");

        var topup = await stack.TopupAsync(_user, """{"amount_cents":60}""");

        var session = await stack.SessionAsync(topup.SessionId);
        Assert.Equal(
            session.CustomerId, await stack.Database.ScalarAsync<string>($"select customer_id from customers where user_id = '{_user}'"));
        Assert.NotEqual("cus_of_another_account", session.CustomerId);
    }

    [Fact]
    public async Task The_next_receipt_is_sent_to_the_email_of_the_last_payment()
    {
        var first = await stack.TopupAsync(_user, """{"pack":"starter"}""");
        await stack.PayAsync(first.CheckoutUrl, ("card_number", "4242424242424242"), ("email", "jo@example.com"));
        await stack.BalanceBecomesAsync(_user, 500);
        await TestKit.Eventually.IsTrueAsync(
            async () => 1 == await stack.Database.ScalarAsync<long>(
                $"select count(*) from customers where user_id = '{_user}' and email = 'jo@example.com'"), "a known e-mail");

        var second = await stack.PaidAsync(_user, """{"pack":"pro"}""");

        Assert.Equal("jo@example.com", (await new PaymentIntentService(stack.Stripe).GetAsync(second.PaymentIntentId)).ReceiptEmail);
    }

    [Fact]
    public async Task The_same_key_and_body_return_the_first_response()
    {
        var first = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"amount_cents":500}""", "key-1");
        var again = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"amount_cents":500}""", "key-1");
        var other = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, """{"amount_cents":600}""", "key-1");

        Assert.Equal((200, false), (first.Status, first.IsReplayed));
        Assert.Equal((200, true), (again.Status, again.IsReplayed));
        Assert.Equal(first.Body.ToString(), again.Body.ToString());
        Assert.Equal((409, "idempotency_key_reused"), (other.Status, other.Code));
        Assert.Equal(1, await stack.Database.ScalarAsync<long>($"select count(*) from checkouts where user_id = '{_user}'"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("""{"amount_cents":null}""")]
    [InlineData("""{"amount_cents":-500}""")]
    [InlineData("""{"amount_cents":0}""")]
    [InlineData("""{"amount_cents":49}""")]
    [InlineData("""{"amount_cents":100000000}""")]
    [InlineData("""{"amount_cents":9223372036854775808}""")]
    [InlineData("""{"amount_cents":1e30}""")]
    [InlineData("""{"amount_cents":500.5}""")]
    [InlineData("""{"amount_cents":500.0}""")]
    [InlineData("""{"amount_cents":5e2}""")]
    [InlineData("""{"amount_cents":"500"}""")]
    [InlineData("""{"amount_cents":true}""")]
    [InlineData("""{"amount_cents":[500]}""")]
    [InlineData("""{"amount_cents":500,"amount_cents":5000}""")]
    [InlineData("""{"amount_cents":500,"pack":"starter"}""")]
    [InlineData("""{"pack":"free"}""")]
    [InlineData("""{"pack":""}""")]
    [InlineData("""{"pack":"STARTER"}""")]
    [InlineData("""{"pack":7}""")]
    public async Task An_invalid_amount_or_pack_is_rejected_and_no_checkout_is_created(string json)
    {
        var answer = await stack.SendAsync(HttpMethod.Post, "/api/topup", _user, json);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(0, await stack.Database.ScalarAsync<long>($"select count(*) from checkouts where user_id = '{_user}'"));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(99_999_999)]
    public async Task The_minimum_and_the_maximum_are_accepted(long cents)
    {
        var topup = await stack.TopupAsync(_user, string.Create(CultureInfo.InvariantCulture, $$"""{"amount_cents":{{cents}}}"""));

        Assert.Equal(cents, (await stack.SessionAsync(topup.SessionId)).AmountTotal);
    }

    [Fact]
    public async Task Anonymous_callers_are_rejected()
    {
        var start = await stack.SendAsync(HttpMethod.Post, "/api/topup", null, """{"amount_cents":500}""");
        var status = await stack.SendAsync(HttpMethod.Get, "/api/topup/cs_test_1", null);

        Assert.Equal((401, "not_authenticated"), (start.Status, start.Code));
        Assert.Equal((401, "not_authenticated"), (status.Status, status.Code));
    }

    [Fact]
    public async Task Another_users_checkout_is_not_found_by_its_session()
    {
        var topup = await stack.TopupAsync(_user, """{"amount_cents":500}""");

        var theirs = await stack.SendAsync(HttpMethod.Get, $"/api/topup/{topup.SessionId}", Guid.NewGuid());
        var unknown = await stack.SendAsync(HttpMethod.Get, "/api/topup/cs_test_unknown", _user);

        Assert.Equal((404, "checkout_not_found"), (theirs.Status, theirs.Code));
        Assert.Equal((404, "checkout_not_found"), (unknown.Status, unknown.Code));
    }

    [Fact]
    public async Task The_packs_are_listed_with_the_range_of_free_amounts()
    {
        var answer = await stack.SendAsync(HttpMethod.Get, "/api/packs");

        Assert.Equal(
            """{"currency":"usd","min_cents":50,"max_cents":99999999,"packs":["""
            + """{"id":"starter","credits":500,"bonus_credits":0,"price_cents":500},"""
            + """{"id":"pro","credits":2000,"bonus_credits":200,"price_cents":2000},"""
            + """{"id":"max","credits":3500,"bonus_credits":700,"price_cents":3500}]}""",
            answer.Body.ToString());
    }

    private Task Eventually(string sessionId, CheckoutStatus status) =>
        TestKit.Eventually.BecomesAsync(() => stack.RowStatusAsync(sessionId), row => row == status, $"a checkout that is {status}");
}
