using Stripe;
using Stripe.Checkout;

namespace ReelBallers.StandIns.Tests.Stripe;

public class EntityTests
{
    [Fact]
    public async Task A_session_is_read_whole()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(
            200,
            """
            {"id":"cs_test_1","object":"checkout.session","amount_subtotal":500,"amount_total":500,"cancel_url":null,"client_reference_id":"u-1",
             "created":1700000000,"currency":"usd","customer":"cus_1","customer_details":{"email":"a@b.c","name":null},"expires_at":"1700086400",
             "livemode":false,"metadata":{"checkout_id":"c-1"},"mode":"payment","payment_intent":null,"payment_status":"unpaid","status":"open",
             "success_url":"http://x/?s={CHECKOUT_SESSION_ID}","url":"https://checkout.stripe.com/c/pay/cs_test_1#x","future_field":{"a":[1]}}
            """);

        var session = await new SessionService(stripe.Client()).GetAsync("cs_test_1");

        Assert.Equal(500, session.AmountTotal);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_700_000_000), session.Created);
        Assert.Equal(DateTimeKind.Utc, session.Created.Kind);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_700_086_400), session.ExpiresAt);
        Assert.Equal("a@b.c", session.CustomerDetails!.Email);
        Assert.Equal("c-1", session.Metadata!["checkout_id"]);
        Assert.Equal(("payment", "unpaid", "open"), (session.Mode, session.PaymentStatus, session.Status));
        Assert.Equal("cus_1", session.CustomerId);
        Assert.Null(session.Customer);
        Assert.Null(session.PaymentIntentId);
        Assert.Null(session.PaymentIntent);
    }

    [Fact]
    public async Task What_was_asked_to_be_expanded_has_both_its_id_and_itself()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(
            200,
            """
            {"id":"cs_1","payment_intent":{"id":"pi_1","object":"payment_intent","amount":500,"customer":{"id":"cus_1","deleted":true},
             "last_payment_error":{"code":"card_declined"},"latest_charge":{"id":"ch_1","object":"charge","payment_intent":"pi_1",
             "amount_refunded":200,"refunds":{"object":"list","data":[{"id":"re_1","amount":200,"charge":"ch_1","payment_intent":"pi_1"}],"has_more":false}}}}
            """);
        var options = new SessionGetOptions();
        options.AddExpand("payment_intent.latest_charge");

        var session = await new SessionService(stripe.Client()).GetAsync("cs_1", options);

        Assert.EndsWith("?expand[0]=payment_intent.latest_charge", stripe.Requests[0].Target, StringComparison.Ordinal);
        Assert.Equal("pi_1", session.PaymentIntentId);
        Assert.Equal("card_declined", session.PaymentIntent!.LastPaymentError!.Code);
        Assert.Equal("cus_1", session.PaymentIntent.CustomerId);
        Assert.True(session.PaymentIntent.Customer!.Deleted);
        var charge = session.PaymentIntent.LatestCharge!;
        Assert.Equal("ch_1", session.PaymentIntent.LatestChargeId);
        Assert.Equal("pi_1", charge.PaymentIntentId);
        Assert.Null(charge.PaymentIntent);
        Assert.Equal("re_1", Assert.Single(charge.Refunds!).Id);
    }

    [Fact]
    public void An_id_that_is_set_anew_drops_the_object_of_the_old_one()
    {
        var session = new Session { Customer = new Customer { Id = "cus_1" } };
        Assert.Equal("cus_1", session.CustomerId);

        session.CustomerId = "cus_2";

        Assert.Null(session.Customer);
    }

    [Fact]
    public async Task All_pages_of_a_list_are_read_once_each()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(200, """{"object":"list","url":"/v1/disputes","data":[{"id":"dp_3"},{"id":"dp_2"}],"has_more":true}""")
            .Answers(200, """{"object":"list","url":"/v1/disputes","data":[{"id":"dp_1"}],"has_more":false}""");
        var options = new DisputeListOptions { Limit = 2, PaymentIntent = "pi_1" };

        var ids = new List<string>();
        await foreach (var dispute in new DisputeService(stripe.Client()).ListAutoPagingAsync(options))
        {
            ids.Add(dispute.Id);
        }

        Assert.Equal(["dp_3", "dp_2", "dp_1"], ids);
        Assert.Equal(2, stripe.Requests.Count);
        Assert.DoesNotContain("starting_after", stripe.Requests[0].Target, StringComparison.Ordinal);
        Assert.Contains("starting_after=dp_2", stripe.Requests[1].Target, StringComparison.Ordinal);
        Assert.All(stripe.Requests, request => Assert.Contains("payment_intent=pi_1", request.Target, StringComparison.Ordinal));
        Assert.Null(options.StartingAfter);
    }

    [Fact]
    public async Task Paging_backwards_turns_each_page_around()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(200, """{"object":"list","data":[{"id":"evt_3"},{"id":"evt_2"}],"has_more":true}""")
            .Answers(200, """{"object":"list","data":[{"id":"evt_4"}],"has_more":false}""");

        var ids = new List<string>();
        await foreach (var stripeEvent in new EventService(stripe.Client()).ListAutoPagingAsync(new EventListOptions { EndingBefore = "evt_1" }))
        {
            ids.Add(stripeEvent.Id);
        }

        Assert.Equal(["evt_2", "evt_3", "evt_4"], ids);
        Assert.Contains("ending_before=evt_3", stripe.Requests[1].Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("checkout.session", typeof(Session))]
    [InlineData("payment_intent", typeof(PaymentIntent))]
    [InlineData("charge", typeof(Charge))]
    [InlineData("refund", typeof(Refund))]
    [InlineData("dispute", typeof(Dispute))]
    [InlineData("customer", typeof(Customer))]
    [InlineData("treasury.something", null)]
    public void An_event_holds_the_object_that_it_names(string name, Type? type)
    {
        var stripeEvent = EventUtility.ParseEvent(
            $$$"""{"id":"evt_1","object":"event","api_version":"2026-07-29.dahlia","created":1700000000,"type":"x.y","pending_webhooks":1,"request":{"id":null,"idempotency_key":"k"},"data":{"object":{"id":"o_1","object":"{{{name}}}" }, "previous_attributes":{"a":1} } }""");

        Assert.Equal(type, stripeEvent.Data!.Object?.GetType());
        Assert.Equal("k", stripeEvent.Request!.IdempotencyKey);
    }

    [Fact]
    public void A_dispute_tells_what_was_withdrawn()
    {
        var stripeEvent = EventUtility.ParseEvent(
            """
            {"id":"evt_1","api_version":"2026-07-29.dahlia","type":"charge.dispute.funds_withdrawn","data":{"object":{"id":"dp_1","object":"dispute",
             "amount":500,"charge":"ch_1","payment_intent":"pi_1","reason":"fraudulent","status":"needs_response","is_charge_refundable":false,
             "balance_transactions":[{"id":"txn_1","object":"balance_transaction","amount":-500,"fee":1500,"net":-2000,"currency":"usd","type":"adjustment"}]}}}
            """);

        var dispute = Assert.IsType<Dispute>(stripeEvent.Data!.Object);
        Assert.Equal(("ch_1", "pi_1", "needs_response"), (dispute.ChargeId, dispute.PaymentIntentId, dispute.Status));
        Assert.Equal(-2000, Assert.Single(dispute.BalanceTransactions).Net);
    }
}
