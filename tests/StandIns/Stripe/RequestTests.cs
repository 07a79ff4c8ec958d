using System.Net;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.StandIns.Tests.Stripe;

public class RequestTests
{
    private const string NoSuchCustomer =
        """{"error":{"type":"invalid_request_error","code":"resource_missing","param":"customer","message":"No such customer: 'cus_1'","doc_url":"https://stripe.com/docs/error-codes/resource-missing"}}""";

    [Fact]
    public async Task A_request_says_who_asks_and_for_which_version()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(200, """{"id":"cus_1","object":"customer"}""");

        var customer = await new CustomerService(stripe.Client()).CreateAsync(new(), new RequestOptions { IdempotencyKey = "key-1" });

        var request = Assert.Single(stripe.Requests);
        Assert.Equal("Bearer sk_test_1", request.Headers["Authorization"]);
        Assert.Equal(StripeConfiguration.ApiVersion, request.Headers["Stripe-Version"]);
        Assert.Equal("key-1", request.Headers["Idempotency-Key"]);
        Assert.StartsWith("Stripe/V1 .NetBindings/", request.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("cus_1", customer.Id);
        Assert.Equal("req_1", customer.StripeResponse!.RequestId);
    }

    [Theory]
    [InlineData(500, null, 3)]
    [InlineData(503, null, 3)]
    [InlineData(409, null, 3)]
    [InlineData(429, null, 1)]
    [InlineData(400, null, 1)]
    [InlineData(402, null, 1)]
    [InlineData(429, "true", 3)]
    [InlineData(500, "false", 1)]
    [InlineData(409, "false", 1)]
    public async Task What_can_end_otherwise_is_tried_again_with_the_same_key(int status, string? shouldRetry, int attempts)
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(status, NoSuchCustomer, shouldRetry is null ? [] : [("Stripe-Should-Retry", shouldRetry)]);

        var refusal = await Assert.ThrowsAsync<StripeException>(() => new CustomerService(stripe.Client()).CreateAsync(new()));

        Assert.Equal((HttpStatusCode)status, refusal.HttpStatusCode);
        Assert.Equal(attempts, stripe.Requests.Count);
        Assert.Single(stripe.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct());
    }

    [Fact]
    public async Task A_success_on_a_later_attempt_is_a_success()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Cuts().Answers(500, "oops").Answers(200, """{"id":"cus_2"}""");

        Assert.Equal("cus_2", (await new CustomerService(stripe.Client()).CreateAsync(new())).Id);
        Assert.Equal(3, stripe.Requests.Count);
    }

    [Fact]
    public async Task A_timeout_is_tried_again_and_then_thrown_as_what_it_is()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Hangs();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new CustomerService(stripe.Client(TimeSpan.FromMilliseconds(300), retries: 1)).GetAsync("cus_1"));
        Assert.Equal(2, stripe.Requests.Count);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_obeyed_at_once()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Hangs();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new CustomerService(stripe.Client()).GetAsync("cus_1", cancellationToken: patience.Token));
        Assert.Single(stripe.Requests);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_no_refusal()
    {
        var stripe = await FakeStripe.StartAsync();
        var client = stripe.Client(retries: 0);
        await stripe.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => new CustomerService(client).GetAsync("cus_1"));
    }

    [Fact]
    public async Task A_refusal_carries_Stripes_own_words()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(400, NoSuchCustomer);

        var refusal = await Assert.ThrowsAsync<StripeException>(() => new SessionService(stripe.Client()).CreateAsync(new() { Customer = "cus_1" }));

        Assert.Equal("No such customer: 'cus_1'", refusal.Message);
        Assert.Equal("invalid_request_error", refusal.StripeError!.Type);
        Assert.Equal("resource_missing", refusal.StripeError.Code);
        Assert.Equal("customer", refusal.StripeError.Param);
        Assert.Equal("req_1", refusal.StripeResponse!.RequestId);
    }

    [Fact]
    public async Task A_declined_card_carries_the_payment_intent()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(
            402,
            """{"error":{"type":"card_error","code":"card_declined","decline_code":"generic_decline","message":"Your card was declined.","charge":"ch_1","payment_intent":{"id":"pi_1","object":"payment_intent","amount":500,"status":"requires_payment_method"}}}""");

        var refusal = await Assert.ThrowsAsync<StripeException>(() => new CustomerService(stripe.Client()).CreateAsync(new()));

        Assert.Equal("generic_decline", refusal.StripeError!.DeclineCode);
        Assert.Equal("pi_1", refusal.StripeError.PaymentIntent!.Id);
    }

    [Theory]
    [InlineData(502, "<html>Bad Gateway</html>")]
    [InlineData(200, "<html>a captive portal</html>")]
    [InlineData(503, "")]
    [InlineData(500, "[1]")]
    public async Task An_answer_that_is_not_Stripes_is_a_refusal_without_an_error_object(int status, string body)
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(status, body);

        var refusal = await Assert.ThrowsAsync<StripeException>(() => new CustomerService(stripe.Client(retries: 0)).GetAsync("cus_1"));

        Assert.Equal((HttpStatusCode)status, refusal.HttpStatusCode);
        Assert.Null(refusal.StripeError);
    }

    [Fact]
    public async Task An_id_cannot_leave_its_place_in_the_path()
    {
        await using var stripe = await FakeStripe.StartAsync();
        stripe.Answers(200, """{"id":"cs_1"}""");
        var sessions = new SessionService(stripe.Client());

        await sessions.GetAsync("cs_1/expire?x=1");
        await sessions.ExpireAsync("cs_1");

        Assert.Equal(["/v1/checkout/sessions/cs_1%2Fexpire?x=1", "/v1/checkout/sessions/cs_1/expire"], stripe.Requests.Select(Target));
        await Assert.ThrowsAsync<ArgumentException>(() => sessions.GetAsync(" "));

        // Kestrel leaves an escaped slash in a path alone, and unescapes the rest.
        static string Target(FakeStripe.Seen request) => request.Target.Replace("%3F", "?", StringComparison.Ordinal).Replace("%3D", "=", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("sk test")]
    public void A_key_of_nothing_is_a_mistake(string key)
    {
        Assert.Throws<ArgumentException>(() => new StripeClient(new StripeClientOptions { ApiKey = key }));
    }

    [Fact]
    public async Task A_missing_key_is_a_mistake_at_the_first_request()
    {
        await Assert.ThrowsAsync<StripeException>(() => new CustomerService(new StripeClient(new StripeClientOptions())).GetAsync("cus_1"));
    }
}
