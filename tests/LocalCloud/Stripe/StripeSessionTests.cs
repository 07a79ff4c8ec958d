using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Tests;

public sealed class StripeSessionTests : StripeCloudTests
{
    private const string Sessions = "/v1/checkout/sessions";

    [Fact]
    public async Task A_new_session_is_open_unpaid_and_has_a_page()
    {
        var session = await Cloud.CreateSessionAsync(
            500,
            ("client_reference_id", "order-7"),
            ("metadata[uid]", "u1"),
            ("payment_intent_data[metadata][uid]", "u2"),
            ("cancel_url", "http://localhost/"));

        Assert.StartsWith("cs_test_", session.Id, StringComparison.Ordinal);
        Assert.Equal(("open", "unpaid", "payment"), (session["status"], session["payment_status"], session["mode"]));
        Assert.Equal(("500", "usd", "order-7"), (session["amount_total"], session["currency"], session["client_reference_id"]));
        Assert.Null(session["payment_intent"]);
        Assert.Equal("u1", (string?)session.Body["metadata"]!["uid"]);
        Assert.Equal(24 * 3600, (long)session.Body["expires_at"]! - (long)session.Body["created"]!);
        Assert.StartsWith($"{Cloud.Url}c/pay/{session.Id}", session["url"], StringComparison.Ordinal);
        Assert.False(session.Body.ContainsKey("line_items"));
        Assert.False(session.Body.ContainsKey("_local"));
    }

    [Theory]
    [InlineData("mode", null, "parameter_missing", "mode")]
    [InlineData("mode", "gift", null, "mode")]
    [InlineData("success_url", null, "parameter_missing", "success_url")]
    [InlineData("success_url", "", "parameter_invalid_empty", "success_url")]
    [InlineData("success_url", "thanks.html", "url_invalid", "success_url")]
    [InlineData("line_items[0][quantity]", null, "parameter_missing", "line_items[0][quantity]")]
    [InlineData("line_items[0][quantity]", "0", "parameter_invalid_integer", "line_items[0][quantity]")]
    [InlineData("line_items[0][price_data][unit_amount]", "5.5", "parameter_invalid_integer", "line_items[0][price_data][unit_amount]")]
    [InlineData("line_items[0][price_data][unit_amount]", "-500", "parameter_invalid_integer", "line_items[0][price_data][unit_amount]")]
    [InlineData("line_items[0][price_data][unit_amount]", "49", "amount_too_small", null)]
    [InlineData("line_items[0][price_data][unit_amount]", "100000000", "amount_too_large", "line_items[0][price_data][unit_amount]")]
    [InlineData("line_items[0][price_data][currency]", "xyz", null, "line_items[0][price_data][currency]")]
    [InlineData("line_items[0][price_data][product_data][name]", null, "parameter_missing", "line_items[0][price_data][product_data]")]
    [InlineData("line_items[0][price]", "price_1", "resource_missing", "line_items[0][price]")]
    [InlineData("line_items", "5", null, "line_items")]
    [InlineData("customer", "cus_none", "resource_missing", "customer")]
    [InlineData("customer_email", "nobody", "email_invalid", "customer_email")]
    [InlineData("expires_at", "soon", "parameter_invalid_integer", "expires_at")]
    [InlineData("expires_at", "1700000000", null, "expires_at")]
    [InlineData("allowed_payment_method_types[0]", "barter", null, "allowed_payment_method_types")]
    [InlineData("expand[0]", "mode.of", null, null)]
    [InlineData("discounts[0][coupon]", "half", "resource_missing", "discounts[0][coupon]")]
    [InlineData("shipping_options[0][shipping_rate]", "shr_1", "parameter_unknown", "shipping_options")]
    [InlineData("payment_method_types[0]", "card", "parameter_unknown", "payment_method_types")]
    [InlineData("invoice_creation[invoice_data][footer]", "Thanks", "parameter_missing", "invoice_creation[enabled]")]
    [InlineData("customer_update[address]", "auto", null, "customer_update")]
    public async Task What_Stripe_refuses_is_refused_by_name(string field, string? value, string? code, string? param)
    {
        var fields = StripeTestCloud.Order(500).Where(pair => pair.Key != field).ToList();
        if (value is not null)
        {
            fields.Add((field, value));
        }

        var answer = await Cloud.PostAsync(Sessions, [.. fields]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(("invalid_request_error", code, param), ((string?)answer.Body["error"]!["type"], answer.ErrorCode, answer.ErrorParam));
        Assert.Equal(0, await Cloud.CountSessionsAsync());
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(31, true)]
    [InlineData(23 * 60, true)]
    [InlineData((24 * 60) + 1, false)]
    public async Task A_session_lives_from_half_an_hour_to_a_day(int minutes, bool isAccepted)
    {
        var expiresAt = TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var answer = await Cloud.PostAsync(Sessions, StripeTestCloud.Order(500, ("expires_at", expiresAt)));
        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task A_session_expires_by_itself_and_says_so()
    {
        var session = await Cloud.CreateSessionAsync();
        Cloud.PassTime(TimeSpan.FromHours(24.1));

        var delivery = (await Cloud.Receiver.GotAsync("checkout.session.expired")).Single();
        var expired = JsonNode.Parse(delivery.Body)!["data"]!["object"]!;
        Assert.Equal((session.Id, "expired", null), ((string?)expired["id"], (string?)expired["status"], (string?)expired["url"]));
        Assert.Equal(410, (int)(await Cloud.PayAsync(session, ("card_number", "4242424242424242"))).StatusCode);
        Assert.Equal("unpaid", (await Cloud.GetAsync($"{Sessions}/{session.Id}"))["payment_status"]);
    }

    [Fact]
    public async Task Only_an_open_session_can_be_expired()
    {
        var session = await Cloud.CreateSessionAsync();
        var expired = (await Cloud.PostAsync($"{Sessions}/{session.Id}/expire")).Ok();
        var again = await Cloud.PostAsync($"{Sessions}/{session.Id}/expire");

        Assert.Equal(("expired", null), (expired["status"], expired["url"]));
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Contains("`expired`", again.ErrorMessage, StringComparison.Ordinal);
        Assert.Single(await Cloud.EventTypesAsync(), "checkout.session.expired");
    }

    [Fact]
    public async Task Metadata_is_merged_and_an_empty_value_removes_its_key()
    {
        var session = await Cloud.CreateSessionAsync(500, ("metadata[a]", "1"), ("metadata[b]", "2"));
        var changed = await Cloud.PostAsync($"{Sessions}/{session.Id}", ("metadata[a]", ""), ("metadata[c]", "3"));
        Assert.Equal("""{"b":"2","c":"3"}""", changed.Body["metadata"]!.ToJsonString());

        var emptied = await Cloud.PostAsync($"{Sessions}/{session.Id}", ("metadata", ""));
        Assert.Equal("{}", emptied.Body["metadata"]!.ToJsonString());
    }

    [Fact]
    public async Task A_session_of_a_customer_names_the_customer()
    {
        var customer = (await Cloud.PostAsync("/v1/customers", ("email", "jo@example.com"))).Ok();
        var session = await Cloud.CreateSessionAsync(500, ("customer", customer.Id), ("expand[]", "customer"));
        Assert.Equal("jo@example.com", (string?)session.Body["customer"]!["email"]);

        await Cloud.SendAsync(HttpMethod.Delete, $"/v1/customers/{customer.Id}", null);
        var gone = await Cloud.PostAsync(Sessions, StripeTestCloud.Order(500, ("customer", customer.Id)));
        Assert.Equal(("resource_missing", "customer"), (gone.ErrorCode, gone.ErrorParam));
        Assert.Equal("true", (await Cloud.GetAsync($"/v1/customers/{customer.Id}")).Ok()["deleted"]);
    }

    [Fact]
    public async Task Sessions_are_listed_in_pages_the_newest_first()
    {
        var ids = new List<string>();
        for (var made = 0; made < 5; made++)
        {
            ids.Insert(0, (await Cloud.CreateSessionAsync()).Id);
        }

        Assert.Equal((string.Join(' ', ids[..2]), true), await PageAsync("?limit=2"));
        Assert.Equal((string.Join(' ', ids[2..4]), true), await PageAsync($"?limit=2&starting_after={ids[1]}"));
        Assert.Equal((ids[4], false), await PageAsync($"?limit=2&starting_after={ids[3]}"));
        Assert.Equal((string.Join(' ', ids[1..3]), true), await PageAsync($"?limit=2&ending_before={ids[3]}"));
        Assert.Equal((ids[0], false), await PageAsync($"?limit=2&ending_before={ids[1]}"));
        await Cloud.PostAsync($"{Sessions}/{ids[2]}/expire");
        Assert.Equal((ids[2], false), await PageAsync("?status=expired"));
        Assert.Equal(("", false), await PageAsync("?created[lt]=1000"));
        Assert.Equal(HttpStatusCode.BadRequest, (await Cloud.GetAsync(Sessions + "?limit=101")).Status);
        Assert.Equal("resource_missing", (await Cloud.GetAsync(Sessions + "?starting_after=cs_test_none")).ErrorCode);
    }

    [Fact]
    public async Task Line_items_are_shown_when_asked_for()
    {
        var session = await Cloud.CreateSessionAsync(250, ("line_items[1][price_data][currency]", "usd"),
            ("line_items[1][price_data][unit_amount]", "100"), ("line_items[1][price_data][product_data][name]", "More"),
            ("line_items[1][quantity]", "3"), ("expand[0]", "line_items"));
        var listed = (await Cloud.GetAsync($"{Sessions}/{session.Id}/line_items?limit=1")).Ok();

        Assert.Equal("550", session["amount_total"]);
        Assert.Equal(["Credits", "More"], session.Body["line_items"]!["data"]!.AsArray().Select(item => (string?)item!["description"]));
        Assert.True((bool)listed.Body["has_more"]!);
    }

    [Fact]
    public async Task An_unknown_session_is_told_from_a_malformed_id()
    {
        var unknown = await Cloud.GetAsync(Sessions + "/cs_test_none");
        var malformed = await Cloud.GetAsync(Sessions + "/5");

        Assert.Equal((HttpStatusCode.NotFound, "resource_missing", "No such checkout.session: 'cs_test_none'"),
            (unknown.Status, unknown.ErrorCode, unknown.ErrorMessage));
        Assert.Equal((HttpStatusCode.NotFound, null), (malformed.Status, malformed.ErrorCode));
    }

    private async Task<(string Ids, bool HasMore)> PageAsync(string query)
    {
        var page = (await Cloud.GetAsync(Sessions + query)).Ok().Body;
        return (string.Join(' ', page["data"]!.AsArray().Select(session => (string?)session!["id"])), (bool)page["has_more"]!);
    }
}
