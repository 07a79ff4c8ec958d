using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>Payments of a saved card without its owner: the card decides.</summary>
public sealed class StripeOffSessionTests(SharedStripeCloud shared) : IClassFixture<SharedStripeCloud>
{
    private StripeTestCloud Cloud => shared.Cloud;

    [Theory]
    [InlineData("4242424242424242", null, null)]
    [InlineData("4000000000000002", "card_declined", "generic_decline")]
    [InlineData("4000000000000341", "card_declined", "generic_decline")]
    [InlineData("4000000000009995", "card_declined", "insufficient_funds")]
    [InlineData("4000000000009987", "card_declined", "lost_card")]
    [InlineData("4000000000009979", "card_declined", "stolen_card")]
    [InlineData("4000000000006975", "card_declined", "card_velocity_exceeded")]
    [InlineData("4000000000000069", "expired_card", null)]
    [InlineData("4000000000000127", "incorrect_cvc", null)]
    [InlineData("4000000000000119", "processing_error", null)]
    [InlineData("4000002760003184", "authentication_required", "authentication_required")]
    [InlineData("4000008260003178", "card_declined", "insufficient_funds")]
    [InlineData("4000003800000446", null, null)]
    public async Task Each_test_card_ends_as_its_documentation_says(string number, string? code, string? declineCode)
    {
        var (customer, card) = await SaveAsync("4242424242424242");
        Assert.Equal(200, (int)(await Cloud.ControlAsync(HttpMethod.Post, $"/stripe/payment_methods/{card}",
            new { card_number = number })).Status);

        var answer = await ChargeAsync(customer, card);

        Assert.Equal(code is null ? 200 : 402, (int)answer.Status);
        var intent = code is null ? answer.Body : answer.Body["error"]!["payment_intent"]!;
        Assert.Equal(code is null ? "succeeded" : "requires_payment_method", (string?)intent["status"]);
        Assert.Equal((code, declineCode), (answer.ErrorCode, (string?)answer.Body["error"]?["decline_code"]));
        Assert.Equal((code, declineCode), ((string?)intent["last_payment_error"]?["code"],
            (string?)intent["last_payment_error"]?["decline_code"]));
        Assert.Equal(code is null ? null : "card_error", (string?)answer.Body["error"]?["type"]);
        var stored = (await Cloud.GetAsync($"/v1/payment_intents/{intent["id"]}")).Ok();
        Assert.Equal((string?)intent["status"], stored["status"]);
    }

    [Fact]
    public async Task A_card_that_attaches_and_then_fails_pays_the_checkout_that_saves_it()
    {
        var (customer, card) = await SaveAsync("4000000000000341");

        Assert.Equal("card_declined", (await ChargeAsync(customer, card)).ErrorCode);
        var session = await Cloud.CreateSessionAsync();
        Assert.Equal(402, (int)(await Cloud.PayAsync(session, ("card_number", "4000000000000341"))).StatusCode);
    }

    [Fact]
    public async Task A_card_that_authenticates_unless_set_up_pays_once_a_checkout_has_set_it_up()
    {
        var (customer, card) = await SaveAsync("4000002500003155");
        var attached = (await Cloud.PostAsync("/v1/payment_methods/pm_card_authenticationRequiredOnSetup/attach",
            ("customer", customer))).Ok();

        Assert.Equal("succeeded", (await ChargeAsync(customer, card))["status"]);
        Assert.Equal("authentication_required", (await ChargeAsync(customer, attached.Id)).ErrorCode);
    }

    [Fact]
    public async Task A_card_that_the_bank_declines_cannot_be_attached()
    {
        var customer = (await Cloud.PostAsync("/v1/customers")).Ok().Id;
        var declined = await Cloud.PostAsync("/v1/payment_methods/pm_card_visa_chargeDeclined/attach", ("customer", customer));
        var withoutCustomer = await Cloud.PostAsync("/v1/payment_methods/pm_card_visa/attach");
        var unknown = await Cloud.PostAsync("/v1/payment_methods/pm_card_none/attach", ("customer", customer));

        Assert.Equal((402, "card_declined"), ((int)declined.Status, declined.ErrorCode));
        Assert.Equal((400, "parameter_missing"), ((int)withoutCustomer.Status, withoutCustomer.ErrorCode));
        Assert.Equal((404, "resource_missing"), ((int)unknown.Status, unknown.ErrorCode));
        Assert.Empty((await Cloud.GetAsync($"/v1/customers/{customer}/payment_methods")).Ok().Body["data"]!.AsArray());
    }

    [Fact]
    public async Task A_decline_is_kept_for_its_idempotency_key()
    {
        var (customer, card) = await SaveAsync("4000000000000341");
        var key = Guid.NewGuid().ToString();
        var first = await ChargeAsync(customer, card, key);
        await Cloud.ControlAsync(HttpMethod.Post, $"/stripe/payment_methods/{card}", new { card_number = "4242424242424242" });
        var again = await ChargeAsync(customer, card, key);

        Assert.Equal((402, 402, "true"), ((int)first.Status, (int)again.Status, again.Header("Idempotent-Replayed")));
        Assert.Equal(first.Body.ToJsonString(), again.Body.ToJsonString());
        Assert.Equal(2, (await Cloud.GetAsync($"/v1/payment_intents?customer={customer}")).Ok().Body["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_thousand_requests_with_one_key_charge_once()
    {
        var (customer, card) = await SaveAsync("4242424242424242");
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => ChargeAsync(customer, card, key)));

        Assert.All(answers, answer => Assert.Contains((int)answer.Status, new[] { 200, 409 }));
        Assert.Single(answers.Where(answer => (int)answer.Status == 200).Select(answer => answer.Id).Distinct());
        Assert.Equal(2, (await Cloud.GetAsync($"/v1/charges?customer={customer}")).Ok().Body["data"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("amount", "49", "amount_too_small", "amount")]
    [InlineData("amount", "100000000", "amount_too_large", "amount")]
    [InlineData("amount", null, "parameter_missing", "amount")]
    [InlineData("currency", null, "parameter_missing", "currency")]
    [InlineData("customer", "cus_none", "resource_missing", "customer")]
    [InlineData("payment_method", "pm_none", "resource_missing", "payment_method")]
    [InlineData("confirm", "false", null, "off_session")]
    [InlineData("payment_method_types[0]", "card", "parameter_unknown", "payment_method_types")]
    [InlineData("credits", "5", "parameter_unknown", "credits")]
    [InlineData("receipt_email", "nobody", "email_invalid", "receipt_email")]
    [InlineData("allowed_payment_method_types[0]", null, null, null)]
    public async Task What_Stripe_refuses_is_refused_by_name(string field, string? value, string? code, string? param)
    {
        var (customer, card) = await SaveAsync("4242424242424242");
        var fields = Fields(customer, card).Where(pair => pair.Key != field).ToList();
        if (value is not null)
        {
            fields.Add((field, value));
        }

        var answer = await Cloud.PostAsync("/v1/payment_intents", [.. fields]);

        Assert.Equal((400, code, param), ((int)answer.Status, answer.ErrorCode, answer.ErrorParam));
        Assert.Single((await Cloud.GetAsync($"/v1/payment_intents?customer={customer}")).Ok().Body["data"]!.AsArray());
    }

    [Fact]
    public async Task A_card_of_another_customer_or_without_its_customer_is_refused()
    {
        var (customer, card) = await SaveAsync("4242424242424242");
        var other = (await Cloud.PostAsync("/v1/customers")).Ok().Id;
        var ofAnother = await ChargeAsync(other, card);
        var ofNobody = await Cloud.PostAsync("/v1/payment_intents", [.. Fields(customer, card).Where(pair => pair.Key != "customer")]);

        Assert.Equal((400, "payment_method"), ((int)ofAnother.Status, ofAnother.ErrorParam));
        Assert.Equal((400, "parameter_missing"), ((int)ofNobody.Status, ofNobody.ErrorCode));
    }

    [Fact]
    public async Task A_card_may_dispute_and_warn_after_a_payment_without_its_owner()
    {
        var (customer, card) = await SaveAsync("4242424242424242");
        await Cloud.ControlAsync(HttpMethod.Post, $"/stripe/payment_methods/{card}", new { card_number = "4000000000000259" });
        var disputed = (await ChargeAsync(customer, card)).Ok().Id;
        await Cloud.ControlAsync(HttpMethod.Post, $"/stripe/payment_methods/{card}", new { card_number = "4000000000005423" });
        var warned = (await ChargeAsync(customer, card)).Ok().Id;

        Assert.Single(await ListAsync($"/v1/disputes?payment_intent={disputed}"));
        Assert.Single(await ListAsync($"/v1/radar/early_fraud_warnings?payment_intent={warned}"));
    }

    private async Task<JsonArray> ListAsync(string path) => (await Cloud.GetAsync(path)).Ok().Body["data"]!.AsArray();

    private Task<StripeAnswer> ChargeAsync(string customer, string card, string? key = null) => key is null
        ? Cloud.PostAsync("/v1/payment_intents", Fields(customer, card))
        : Cloud.PostOnceAsync(key, "/v1/payment_intents", Fields(customer, card));

    private static (string Key, string Value)[] Fields(string customer, string card) =>
    [
        ("amount", "500"), ("currency", "usd"), ("confirm", "true"), ("off_session", "true"), ("customer", customer),
        ("payment_method", card), ("allowed_payment_method_types[0]", "card"),
    ];

    /// <summary>A customer, and the card that a checkout saved for them.</summary>
    private async Task<(string Customer, string Card)> SaveAsync(string number)
    {
        var customer = (await Cloud.PostAsync("/v1/customers", ("email", "jo@example.com"))).Ok().Id;
        var session = await Cloud.CreateSessionAsync(
            500, ("customer", customer), ("payment_intent_data[setup_future_usage]", "off_session"));
        var paid = await Cloud.PayAsync(session, ("card_number", number));
        if ((int)paid.StatusCode == 200)
        {
            paid = await Cloud.PayAsync(session, ("authentication", "complete"));
        }

        Assert.Equal(303, (int)paid.StatusCode);
        return (customer, (string)(await ListAsync($"/v1/customers/{customer}/payment_methods"))[0]!["id"]!);
    }
}
