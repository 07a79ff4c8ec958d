using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Bodies that are signed correctly and are not what Stripe documents.</summary>
[Collection(StackCollection.Name)]
public sealed class HostileEventTests(Stack stack)
{
    private readonly string _marker = Guid.NewGuid().ToString("N");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("7")]
    [InlineData("""["id","type"]""")]
    public async Task A_signed_body_that_is_not_an_object_is_rejected_by_the_field_body(string body)
    {
        var answer = await stack.DeliverAsync(body);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.True(answer.Body.GetProperty("errors").TryGetProperty("body", out _), answer.ToString());
    }

    [Theory]
    [InlineData("""{ "note": "MARKER" }""", "id", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER" }""", "type")]
    [InlineData("""{ "note": "MARKER", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": null, "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": 7, "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": ["evt_MARKER"], "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": { "id": "evt_MARKER" }, "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "evt_\u0000MARKER", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "evt_\ud800MARKER", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "evt_\nMARKER", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "evt MARKER", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "evt_éMARKER", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "LONG", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "id": "evt_2MARKER", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "ID": "evt_MARKER", "type": "charge.refunded" }""", "id")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": null }""", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": "" }""", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": 7 }""", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": "charge.refunded\u0000" }""", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": "charge.refunded\udc00" }""", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": "charge.refunded\r\nwarn: forged" }""", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": "LONG" }""", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": "charge.refunded", "type": "charge.refunded" }""", "type")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": "charge.refunded" } more""", "body")]
    [InlineData("""{ "note": "MARKER", "id": "evt_MARKER", "type": "charge.refunded" """, "body")]
    public async Task Signed_JSON_without_a_usable_id_and_type_is_rejected_by_field_and_not_stored(string body, params string[] fields)
    {
        var answer = await stack.DeliverAsync(body
            .Replace("MARKER", _marker, StringComparison.Ordinal)
            .Replace("LONG", $"evt_{_marker}{new string('a', 256)}", StringComparison.Ordinal));

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(fields, answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_signed_body_that_is_not_UTF_8_is_rejected_and_not_stored()
    {
        var text = $$"""{ "note": "{{_marker}}é", "id": "evt_{{_marker}}", "type": "charge.refunded" }""";
        var body = System.Text.Encoding.Latin1.GetBytes(text);

        var answer = await stack.DeliverAsync(body);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Code));
        Assert.Equal(0, await CountAsync());
    }

    [Theory]
    [InlineData("\"created\": 1700000000", "\"created\": -1e15")]
    [InlineData("\"created\": 1700000000", "\"created\": 1e300")]
    [InlineData("\"created\": 1700000000", "\"created\": -1")]
    [InlineData("\"created\": 1700000000", "\"created\": 253402300800")]
    [InlineData("\"created\": 1700000000", "\"created\": 9223372036854775807")]
    [InlineData("\"created\": 1700000000", "\"created\": 1700000000.5")]
    [InlineData("\"created\": 1700000000", "\"created\": \"1700000000\"")]
    [InlineData("\"created\": 1700000000", "\"created\": \"2026-01-01T00:00:00Z\"")]
    [InlineData("\"created\": 1700000000", "\"created\": null")]
    [InlineData("\"created\": 1700000000", "\"created\": {}")]
    [InlineData("\"created\": 1700000000,", "")]
    [InlineData("\"object\": \"event\"", "\"object\": \"v2.core.event\"")]
    [InlineData("\"livemode\": false", "\"livemode\": \"false\"")]
    [InlineData("\"livemode\": false,", "")]
    [InlineData("\"data\": {", "\"data\": null, \"date\": {")]
    [InlineData("\"data\": {", "\"data\": [], \"date\": {")]
    [InlineData("\"data\": {", "\"date\": {")]
    [InlineData("\"data\": { \"object\": {", "\"data\": { \"object\": null, \"subject\": {")]
    [InlineData("\"data\": { \"object\": {", "\"data\": { \"object\": [], \"subject\": {")]
    [InlineData("\"data\": { \"object\": {", "\"data\": { \"object\": \"cs_1\", \"subject\": {")]
    [InlineData("\"data\": { \"object\": {", "\"data\": { \"subject\": {")]
    [InlineData("\"object\": \"checkout.session\"", "\"object\": \"charge\"")]
    [InlineData("\"object\": \"checkout.session\"", "\"object\": 7")]
    [InlineData("\"object\": \"checkout.session\",", "")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": null")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": 7")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"\"")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"cs_\\u0000\"")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"cs_\\ud800\"")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"../customers\"")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"LONG\"")]
    [InlineData("\"id\": \"cs_SESSION\",", "")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"cs_1\", \"id\": \"cs_2\"")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"cs_1\", \"payment_intent\": 7")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"cs_1\", \"payment_intent\": \"pi_\\u0000\"")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"cs_1\", \"metadata\": DEEP")]
    [InlineData("\"id\": \"cs_SESSION\"", "\"id\": \"cs_1\", \"metadata\": { \"checkout_id\": { } }")]
    [InlineData("\"pending_webhooks\": 1", "\"pending_webhooks\": 1, \"livemode\": false")]
    public async Task An_unreadable_event_is_acknowledged_and_needs_an_operator(string part, string replacement)
    {
        var id = Stack.NewEventId();
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, "cs_SESSION", id);
        Assert.Contains(part, body, StringComparison.Ordinal);
        body = body.Replace(part, replacement, StringComparison.Ordinal)
            .Replace("LONG", $"cs_{new string('a', 256)}", StringComparison.Ordinal)
            .Replace("DEEP", Nested(10_000), StringComparison.Ordinal);

        var first = await stack.DeliverAsync(body);
        var again = await stack.DeliverAsync(body);

        Assert.All([first, again], answer => Assert.Equal((200, true), (answer.Status, answer.Body.GetProperty("received").GetBoolean())));
        Assert.Equal((EventState.Dead, "malformed"), await stack.EventAsync(id));
        Assert.Equal(1, await stack.Database.ScalarAsync<int>($"select attempts from stripe_events where id = '{id}'"));
        Assert.NotEqual("", await stack.Database.ScalarAsync<string>($"select coalesce(error, '') from stripe_events where id = '{id}'"));
    }

    [Theory]
    [InlineData("\"pending_webhooks\": 1", "\"\\ud800\": 1")]
    [InlineData("\"pending_webhooks\": 1", "\"\\u0000\": 1")]
    [InlineData("\"pending_webhooks\": 1", "\"\\u0069d\": \"evt_2\"")]
    [InlineData("\"status\": \"complete\"", "\"\\udc00\": 1")]
    [InlineData("\"status\": \"complete\"", "\"i\\ud800\": 1, \"metadat\\udc00\": 1")]
    public async Task Unusual_member_names_are_ignored(string part, string replacement)
    {
        var id = Stack.NewEventId();
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, $"cs_test_{Guid.NewGuid():N}", id);
        Assert.Contains(part, body, StringComparison.Ordinal);

        Assert.Equal(200, (await stack.DeliverAsync(body.Replace(part, replacement, StringComparison.Ordinal))).Status);

        Assert.Equal(EventState.Dead, (await stack.EventAsync(id)).State);
    }

    [Theory]
    [InlineData(EventTypes.ChargeRefunded, """{ "id": "ch_1", "object": "charge", "payment_intent": "pi_\u0000" }""")]
    [InlineData(EventTypes.ChargeRefunded, """{ "id": "ch_1", "object": "charge", "payment_intent": {} }""")]
    [InlineData(EventTypes.ChargeRefunded, """{ "id": "re_1", "object": "refund", "payment_intent": "pi_1" }""")]
    [InlineData(EventTypes.RefundCreated, """{ "id": "re_1", "object": "refund", "payment_intent": ["pi_1"] }""")]
    [InlineData(EventTypes.RefundUpdated, "null")]
    [InlineData(EventTypes.RefundFailed, """{ "id": "re_\ud800", "object": "refund", "payment_intent": "pi_1" }""")]
    [InlineData(EventTypes.ChargeDisputeCreated, """{ "id": "du_1", "object": "dispute", "payment_intent": "pi 1" }""")]
    [InlineData(EventTypes.ChargeDisputeClosed, """{ "id": "cs_1", "object": "checkout.session" }""")]
    [InlineData(EventTypes.PaymentIntentPaymentFailed, """{ "id": "pi_1", "object": "payment_intent", "last_payment_error": 7 }""")]
    [InlineData(EventTypes.PaymentIntentPaymentFailed,
        """{ "id": "pi_1", "object": "payment_intent", "last_payment_error": { "code": "a\nb" } }""")]
    [InlineData(EventTypes.PaymentIntentPaymentFailed, """{ "object": "payment_intent" }""")]
    [InlineData(EventTypes.CheckoutSessionExpired, "[]")]
    [InlineData(EventTypes.CheckoutSessionAsyncPaymentFailed, "7")]
    [InlineData(EventTypes.CheckoutSessionAsyncPaymentSucceeded, "{}")]
    public async Task An_event_of_any_handled_type_with_an_unreadable_object_needs_an_operator(string type, string subject)
    {
        var id = Stack.NewEventId();

        var answer = await stack.DeliverAsync(RefundTests.Event(type, subject, id));

        Assert.Equal(200, answer.Status);
        Assert.Equal((EventState.Dead, "malformed"), await stack.EventAsync(id));
    }

    [Theory]
    [InlineData("customer.created", """{ "id": "cus_unknown", "object": "customer" }""")]
    [InlineData("v1.billing.meter.no_meter_found", "null")]
    [InlineData("CHECKOUT.SESSION.COMPLETED", "[]")]
    public async Task A_malformed_event_of_an_unhandled_type_is_acknowledged_and_done(string type, string subject)
    {
        var id = Stack.NewEventId();
        var body = RefundTests.Event(type, subject, id).Replace("\"created\": 1700000000", "\"created\": -1e15", StringComparison.Ordinal);

        Assert.Equal(200, (await stack.DeliverAsync(body)).Status);

        Assert.Equal((EventState.Done, "unhandled"), await stack.EventAsync(id));
    }

    [Fact]
    public async Task A_thin_event_is_acknowledged_and_done()
    {
        var id = Stack.NewEventId();
        var body = $$"""
            { "id": "{{id}}", "object": "v2.core.event", "type": "v2.core.account.updated",
              "livemode": false, "created": "2026-01-01T00:00:00.000Z",
              "related_object": { "id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/acct_1" }, "context": null }
            """;

        Assert.Equal(200, (await stack.DeliverAsync(body)).Status);

        Assert.Equal((EventState.Done, "unhandled"), await stack.EventAsync(id));
    }

    [Fact]
    public async Task An_event_of_the_other_mode_needs_an_operator()
    {
        var topup = await stack.TopupAsync(Guid.NewGuid(), """{"pack":"starter"}""");
        await using (await stack.FaultAsync("drop_webhook", "checkout.session.completed"))
        {
            await stack.PayByCardAsync(topup.CheckoutUrl);
        }
        var id = Stack.NewEventId();
        var body = Stack.EventOf(EventTypes.CheckoutSessionCompleted, topup.SessionId, id)
            .Replace("\"livemode\": false", "\"livemode\": true", StringComparison.Ordinal);

        Assert.Equal(200, (await stack.DeliverAsync(body)).Status);

        Assert.Equal((EventState.Dead, "other_mode"), await stack.EventAsync(id));
        Assert.Equal(CheckoutStatus.Open, await stack.RowStatusAsync(topup.SessionId));
    }

    [Fact]
    public async Task A_dead_event_is_listed_counted_and_logged_once()
    {
        using var log = new CollectedLogs();
        await using var replica = await stack.StartPaymentsAsync(log);
        using var metrics = new RecordedMetrics(replica.Services);
        var id = Stack.NewEventId();
        var body = RefundTests.Event(EventTypes.ChargeDisputeFundsReinstated, "null", id);

        for (var delivery = 0; delivery < 3; delivery++)
        {
            Assert.Equal(200, (await stack.DeliverAsync(body, replica: replica)).Status);
        }

        var lines = log.Lines.Where(line => line.Contains(id, StringComparison.Ordinal));
        var line = Assert.Single(lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Contains("malformed", line, StringComparison.Ordinal);
        Assert.Equal([1], metrics.Of("payments.events.dead", ("type", EventTypes.ChargeDisputeFundsReinstated), ("outcome", "malformed")));
        var listed = Assert.Single(await stack.DeadEventsAsync(), one => one.EventId == id);
        Assert.Equal((EventTypes.ChargeDisputeFundsReinstated, "malformed"), (listed.Type, listed.Outcome));
        Assert.NotEqual("", listed.Error);
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private Task<long> CountAsync() =>
        stack.Database.ScalarAsync<long>($"select count(*) from stripe_events where payload like '%{_marker}%'");
}
