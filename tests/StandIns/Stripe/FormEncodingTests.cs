using Stripe;
using Stripe.Checkout;

namespace ReelBallers.StandIns.Tests.Stripe;

public class FormEncodingTests
{
    public static TheoryData<SessionCreateOptions, string> Table => new()
    {
        { new SessionCreateOptions(), "" },
        { new SessionCreateOptions { Mode = "payment", ClientReferenceId = null }, "mode=payment" },
        { new SessionCreateOptions { ClientReferenceId = "" }, "client_reference_id=" },
        { new SessionCreateOptions { PaymentIntentData = new() { ReceiptEmail = "a@b.c" } }, "payment_intent_data[receipt_email]=a@b.c" },
        { new SessionCreateOptions { PaymentMethodTypes = ["card", "sepa_debit"] }, "payment_method_types[0]=card&payment_method_types[1]=sepa_debit" },
        { new SessionCreateOptions { PaymentMethodTypes = [] }, "payment_method_types=" },
        {
            new SessionCreateOptions
            {
                LineItems = [new() { PriceData = new() { Currency = "usd", ProductData = new() { Name = "A & B = 1+1 %" }, UnitAmount = 500 }, Quantity = 1 }],
            },
            "line_items[0][price_data][currency]=usd&line_items[0][price_data][product_data][name]=A & B = 1+1 %&line_items[0][price_data][unit_amount]=500&line_items[0][quantity]=1"
        },
        { new SessionCreateOptions { Metadata = new() { ["user_id"] = "u-1", ["empty"] = "" } }, "metadata[user_id]=u-1&metadata[empty]=" },
        { new SessionCreateOptions { Metadata = new() { ["bar[baz]"] = "1" } }, "metadata[bar][baz]=1" },
        { new SessionCreateOptions { ExpiresAt = new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc) }, "expires_at=1700000000" },
        { new SessionCreateOptions { Expand = ["line_items", "payment_intent.latest_charge"] }, "expand[0]=line_items&expand[1]=payment_intent.latest_charge" },
        {
            new SessionCreateOptions { SuccessUrl = "http://localhost:8080/?topup=success&session_id={CHECKOUT_SESSION_ID}" },
            "success_url=http://localhost:8080/?topup=success&session_id={CHECKOUT_SESSION_ID}"
        },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Options_become_the_form_that_Stripe_reads(SessionCreateOptions options, string pairs)
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(200, """{"id":"cs_1"}""");

        await new SessionService(stripe.Client()).CreateAsync(options);

        var request = Assert.Single(stripe.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/v1/checkout/sessions", request.Target);
        Assert.StartsWith("application/x-www-form-urlencoded", request.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(pairs, string.Join('&', request.Body.Split('&').Select(pair => Uri.UnescapeDataString(pair.Replace('+', ' ')))));
    }

    [Fact]
    public async Task A_GET_carries_its_options_in_the_query()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(200, """{"object":"list","data":[],"has_more":false}""");

        await new EventService(stripe.Client()).ListAsync(new EventListOptions
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = DateTime.UnixEpoch.AddSeconds(1_700_000_000), LessThan = DateTime.UnixEpoch.AddSeconds(1_700_000_100) },
            DeliverySuccess = false,
            Types = [EventTypes.ChargeRefunded],
            Limit = 100,
        });

        var request = Assert.Single(stripe.Requests);
        var query = request.Target.Split('?')[1].Split('&').Order();
        Assert.Equal(
            ["created[gte]=1700000000", "created[lt]=1700000100", "delivery_success=False", "limit=100", "types[0]=charge.refunded"], query);
        Assert.Equal("", request.Body);
        Assert.False(request.Headers.ContainsKey("Idempotency-Key"));
    }

    [Fact]
    public async Task A_moment_may_stand_in_place_of_a_range()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(200, """{"object":"list","data":[],"has_more":false}""");

        await new RefundService(stripe.Client()).ListAsync(new RefundListOptions { Created = (DateTime?)DateTime.UnixEpoch.AddSeconds(5) });

        Assert.Equal("/v1/refunds?created=5", Assert.Single(stripe.Requests).Target);
    }
}
