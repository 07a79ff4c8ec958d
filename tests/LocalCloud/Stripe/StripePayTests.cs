using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Tests;

public sealed class StripePayTests : StripeCloudTests
{
    [Fact]
    public async Task A_card_number_alone_pays_and_leads_to_the_success_page()
    {
        var session = await Cloud.CreateSessionAsync(500, ("payment_intent_data[metadata][uid]", "u1"));
        var answer = await Cloud.PayAsync(session, ("card_number", "4242 4242 4242 4242"));

        Assert.Equal(303, (int)answer.StatusCode);
        Assert.Equal($"http://localhost/thanks?s={session.Id}", answer.Headers.Location!.ToString());
        var paid = await ReadAsync(session.Id);
        Assert.Equal(("complete", "paid", null), (paid["status"], paid["payment_status"], paid["url"]));
        var intent = paid.Body["payment_intent"]!;
        Assert.Equal(("succeeded", 500L, "u1"),
            ((string?)intent["status"], (long)intent["amount_received"]!, (string?)intent["metadata"]!["uid"]));
        Assert.Equal("4242", (string?)intent["latest_charge"]!["payment_method_details"]!["card"]!["last4"]);
        Assert.Equal(
            ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed", "charge.updated"],
            await Cloud.EventTypesAsync());
    }

    [Theory]
    [InlineData("4000000000000002", "card_declined", "generic_decline")]
    [InlineData("4000000000009995", "card_declined", "insufficient_funds")]
    [InlineData("4000000000009987", "card_declined", "lost_card")]
    [InlineData("4000000000000069", "expired_card", null)]
    [InlineData("4000000000000127", "incorrect_cvc", null)]
    [InlineData("4000000000000119", "processing_error", null)]
    [InlineData("4242424242424241", "incorrect_number", null)]
    [InlineData("4111111111111111", "card_declined", "test_mode_live_card")]
    [InlineData("4242", "incorrect_number", null)]
    public async Task A_declined_card_is_shown_and_leaves_the_session_open(string card, string code, string? declineCode)
    {
        var session = await Cloud.CreateSessionAsync();
        var answer = await Cloud.PayAsync(session, ("card_number", card), ("exp", "12/34"), ("cvc", "123"), ("email", "jo@example.com"));

        Assert.Equal(402, (int)answer.StatusCode);
        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var declined = await ReadAsync(session.Id);
        Assert.Equal(("open", "unpaid"), (declined["status"], declined["payment_status"]));
        var failed = JsonNode.Parse((await Cloud.Receiver.GotAsync("payment_intent.payment_failed")).Single().Body)!["data"]!["object"]!;
        Assert.Equal(("requires_payment_method", code, declineCode),
            ((string?)failed["status"], (string?)failed["last_payment_error"]!["code"],
                (string?)failed["last_payment_error"]!["decline_code"]));

        Assert.Equal(303, (int)(await Cloud.PayAsync(session, ("card_number", "4242424242424242"))).StatusCode);
        Assert.Equal((string?)failed["id"], (string?)(await ReadAsync(session.Id)).Body["payment_intent"]!["id"]);
    }

    [Theory]
    [InlineData("exp", "01/20", "expiration year is in the past", 402)]
    [InlineData("exp", "13/34", "expiration month is invalid", 402)]
    [InlineData("cvc", "12", "security code is invalid", 402)]
    [InlineData("email", "nobody", "email is invalid", 400)]
    [InlineData("card_number", "", "card number is incomplete", 400)]
    public async Task What_is_typed_wrong_is_said_on_the_page(string field, string value, string message, int status)
    {
        var session = await Cloud.CreateSessionAsync();
        (string Key, string Value)[] fields =
            [("card_number", "4242424242424242"), ("exp", "12/34"), ("cvc", "123"), ("email", "jo@example.com")];
        var answer = await Cloud.PayAsync(session, [.. fields.Where(pair => pair.Key != field), (field, value)]);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("open", (await ReadAsync(session.Id))["status"]);
    }

    [Fact]
    public async Task A_second_step_completes_the_payment_once_it_is_confirmed()
    {
        var session = await Cloud.CreateSessionAsync();
        var asked = await Cloud.PayAsync(session, ("card_number", "4000002500003155"), ("email", "jo@example.com"));
        Assert.Contains("authentication", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("open", (await ReadAsync(session.Id))["status"]);

        Assert.Equal(303, (int)(await Cloud.PayAsync(session, ("authentication", "complete"))).StatusCode);
        var paid = await ReadAsync(session.Id);
        Assert.Equal(("complete", "paid"), (paid["status"], paid["payment_status"]));
        Assert.Equal("jo@example.com", (string?)paid.Body["customer_details"]!["email"]);
        Assert.Contains("payment_intent.requires_action", await Cloud.EventTypesAsync());
    }

    [Theory]
    [InlineData("4000002500003155", "fail", "payment_intent_authentication_failure")]
    [InlineData("4000008400001629", "complete", "card_declined")]
    public async Task A_second_step_that_fails_leaves_the_session_open(string card, string authentication, string code)
    {
        var session = await Cloud.CreateSessionAsync();
        await Cloud.PayAsync(session, ("card_number", card));
        Assert.Equal(402, (int)(await Cloud.PayAsync(session, ("authentication", authentication))).StatusCode);

        Assert.Equal("open", (await ReadAsync(session.Id))["status"]);
        var failed = JsonNode.Parse((await Cloud.Receiver.GotAsync("payment_intent.payment_failed")).Single().Body)!["data"]!["object"]!;
        Assert.Equal(code, (string?)failed["last_payment_error"]!["code"]);
        Assert.Equal(400, (int)(await Cloud.PayAsync(session, ("authentication", "complete"))).StatusCode);
    }

    [Fact]
    public async Task Paying_ten_times_at_once_pays_once()
    {
        var session = await Cloud.CreateSessionAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Cloud.PayAsync(session, ("card_number", "4242424242424242"))));

        Assert.All(answers, answer => Assert.Equal(303, (int)answer.StatusCode));
        Assert.Single(await Cloud.EventTypesAsync(), "checkout.session.completed");
        Assert.Single((await Cloud.GetAsync("/v1/charges")).Ok().Body["data"]!.AsArray());
    }

    [Theory]
    [InlineData("000123456789", "paid", "checkout.session.async_payment_succeeded")]
    [InlineData("000111111116", "unpaid", "checkout.session.async_payment_failed")]
    public async Task A_bank_account_completes_unpaid_and_settles_later(string account, string paymentStatus, string eventType)
    {
        var session = await Cloud.CreateSessionAsync();
        var answer = await Cloud.PayAsync(session, ("payment_method", "us_bank_account"), ("account_number", account));
        Assert.Equal(303, (int)answer.StatusCode);

        var deliveries = await Cloud.Receiver.GotAsync("checkout.session.completed", eventType);
        Assert.Equal("unpaid", (string?)JsonNode.Parse(deliveries[0].Body)!["data"]!["object"]!["payment_status"]);
        Assert.Equal(paymentStatus, (string?)JsonNode.Parse(deliveries[1].Body)!["data"]!["object"]!["payment_status"]);
        Assert.Equal(paymentStatus, (await ReadAsync(session.Id))["payment_status"]);
    }

    [Fact]
    public async Task A_session_for_cards_takes_no_bank_account()
    {
        var session = await Cloud.CreateSessionAsync(500, ("allowed_payment_method_types[0]", "card"));
        Assert.Equal(400, (int)(await Cloud.PayAsync(session, ("payment_method", "us_bank_account"))).StatusCode);
    }

    [Fact]
    public async Task The_page_shows_the_order_escapes_it_and_loads_nothing_from_elsewhere()
    {
        var session = await Cloud.CreateSessionAsync(1234, ("line_items[0][price_data][product_data][name]", "<b>Credits</b>"));
        var html = await (await Cloud.BrowseAsync(session["url"]!)).Content.ReadAsStringAsync();

        Assert.Contains("$12.34", html, StringComparison.Ordinal);
        Assert.Contains("Offline checkout of LocalCloud", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Credits", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Equal(404, (int)(await Cloud.BrowseAsync(new Uri(Cloud.Url, "/c/pay/cs_test_none").ToString())).StatusCode);
    }

    [Fact]
    public async Task A_customer_is_made_at_the_payment_when_the_session_asks_for_one()
    {
        var session = await Cloud.CreateSessionAsync(500, ("customer_creation", "always"));
        await Cloud.PayAsync(session, ("card_number", "4242424242424242"), ("email", "jo@example.com"));

        var customer = (await ReadAsync(session.Id))["customer"]!;
        Assert.Equal("jo@example.com", (await Cloud.GetAsync($"/v1/customers/{customer}")).Ok()["email"]);
    }

    private async Task<StripeAnswer> ReadAsync(string session) =>
        (await Cloud.GetAsync($"/v1/checkout/sessions/{session}?expand[]=payment_intent.latest_charge")).Ok();
}
