using System.Net;

namespace ReelBallers.LocalCloud.Tests;

/// <summary>Appeals, early fraud warnings, and objects that are put into a state that no action leads to.</summary>
public sealed class StripeAppealTests : StripeCloudTests
{
    [Fact]
    public async Task A_lost_dispute_is_appealed_and_closed_again()
    {
        var (_, intent) = await Cloud.BuyAsync(500);
        var dispute = await Cloud.ControlAsync(HttpMethod.Post, "/stripe/disputes", new { payment_intent = intent });
        Assert.Equal(HttpStatusCode.Conflict, (await AppealAsync(dispute.Id)).Status);
        await CloseAsync(dispute.Id, "lost");

        Assert.Equal("appeal_needs_response", (await AppealAsync(dispute.Id))["status"]);
        Assert.Equal("charge.dispute.updated", (await Cloud.EventTypesAsync())[^1]);
        Assert.Equal("charge_disputed", (await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent))).ErrorCode);

        Assert.Equal("won", (await CloseAsync(dispute.Id, "won"))["status"]);
        Assert.Equal("charge.dispute.funds_reinstated", (await Cloud.EventTypesAsync())[^1]);
    }

    [Fact]
    public async Task A_fraud_warning_follows_the_payment_of_its_card_or_the_banks_call()
    {
        var (_, warned) = await Cloud.BuyAsync(500, "4000000000005423");
        var (_, intent) = await Cloud.BuyAsync(500);
        await Cloud.ControlAsync(HttpMethod.Post, "/stripe/early_fraud_warnings", new { payment_intent = intent });

        var all = (await Cloud.GetAsync("/v1/radar/early_fraud_warnings")).Ok().Body["data"]!.AsArray();
        Assert.Equal([intent, warned], all.Select(one => (string?)one!["payment_intent"]));
        var one = (await Cloud.GetAsync($"/v1/radar/early_fraud_warnings/{(string?)all[0]!["id"]}")).Ok().Body;
        Assert.Equal(("radar.early_fraud_warning", true), ((string?)one["object"], (bool)one["actionable"]!));
        Assert.Equal(2, (await Cloud.EventTypesAsync()).Count(type => type == "radar.early_fraud_warning.created"));
    }

    [Fact]
    public async Task An_objects_fields_are_set_with_an_event_but_not_its_id_nor_unknown_ones()
    {
        var (_, intent) = await Cloud.BuyAsync(500);
        var refund = (await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent))).Ok();

        var set = await SetAsync(refund.Id, new { set = new { status = "unheard_of", created = 7 }, @event = "refund.updated" });
        var unknown = await SetAsync(refund.Id, new { set = new { statos = "x" } });
        var identity = await SetAsync(refund.Id, new { set = new { id = "re_1" } });
        var missing = await SetAsync("re_none", new { set = new { status = "x" } });

        Assert.Equal("unheard_of", set["status"]);
        Assert.Equal([400, 400, 404], new[] { unknown, identity, missing }.Select(answer => (int)answer.Status));
        var read = (await Cloud.GetAsync($"/v1/refunds/{refund.Id}")).Ok().Body;
        Assert.Equal(("unheard_of", 7L), ((string?)read["status"], (long)read["created"]!));
        var last = (await Cloud.GetAsync("/v1/events?limit=1")).Ok().Body["data"]![0]!;
        Assert.Equal(("refund.updated", "unheard_of"), ((string?)last["type"], (string?)last["data"]!["object"]!["status"]));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task A_session_says_whether_the_payers_currency_is_offered(string? asked, bool isOn)
    {
        List<(string, string)> fields =
        [
            ("mode", "payment"), ("success_url", "https://shop.example/"), ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", "usd"), ("line_items[0][price_data][unit_amount]", "500"),
            ("line_items[0][price_data][product_data][name]", "Credits"),
        ];
        if (asked is not null)
        {
            fields.Add(("adaptive_pricing[enabled]", asked));
        }

        var session = (await Cloud.PostAsync("/v1/checkout/sessions", [.. fields])).Ok();

        Assert.Equal(isOn, (bool)session.Body["adaptive_pricing"]!["enabled"]!);
    }

    private Task<StripeAnswer> AppealAsync(string id) => Cloud.ControlAsync(HttpMethod.Post, $"/stripe/disputes/{id}/appeal");

    private Task<StripeAnswer> CloseAsync(string id, string status) =>
        Cloud.ControlAsync(HttpMethod.Post, $"/stripe/disputes/{id}/close", new { status });

    private Task<StripeAnswer> SetAsync(string id, object body) =>
        Cloud.ControlAsync(HttpMethod.Post, $"/stripe/objects/{id}", body);
}
