using System.Net;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Tests;

public sealed class StripeDisputeTests : StripeCloudTests
{
    [Fact]
    public async Task A_card_that_disputes_pays_first_and_takes_its_money_back()
    {
        var (_, intent) = await Cloud.BuyAsync(500, "4000000000000259");
        var deliveries =
            await Cloud.Receiver.GotAsync("checkout.session.completed", "charge.dispute.created", "charge.dispute.funds_withdrawn");
        var withdrawn = JsonNode.Parse(deliveries[2].Body)!["data"]!["object"]!;

        Assert.Equal(("needs_response", "fraudulent", intent),
            ((string?)withdrawn["status"], (string?)withdrawn["reason"], (string?)withdrawn["payment_intent"]));
        Assert.Equal((-500L, -2000L),
            ((long)withdrawn["balance_transactions"]![0]!["amount"]!, (long)withdrawn["balance_transactions"]![0]!["net"]!));
        Assert.Equal("charge_disputed", (await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent))).ErrorCode);
    }

    [Fact]
    public async Task An_inquiry_moves_no_money()
    {
        var (_, intent) = await Cloud.BuyAsync(500, "4000000000001976");
        var dispute = (await Cloud.GetAsync($"/v1/disputes?payment_intent={intent}")).Ok().Body["data"]![0]!;

        Assert.Equal(("warning_needs_response", 0), ((string?)dispute["status"], dispute["balance_transactions"]!.AsArray().Count));
        Assert.DoesNotContain("charge.dispute.funds_withdrawn", await Cloud.EventTypesAsync());
        (await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent))).Ok();
    }

    [Theory]
    [InlineData("won", "charge.dispute.funds_reinstated", 2)]
    [InlineData("lost", "charge.dispute.closed", 1)]
    public async Task The_bank_closes_a_dispute_once(string status, string lastEvent, int movements)
    {
        var (_, intent) = await Cloud.BuyAsync(500);
        var opened = await Cloud.ControlAsync(HttpMethod.Post, "/stripe/disputes", new { payment_intent = intent, amount = 300 });
        Assert.Equal((HttpStatusCode.Created, "300"), (opened.Status, opened["amount"]));
        var closed = await Cloud.ControlAsync(HttpMethod.Post, $"/stripe/disputes/{opened.Id}/close", new { status });
        var again = await Cloud.ControlAsync(HttpMethod.Post, $"/stripe/disputes/{opened.Id}/close", new { status });

        Assert.Equal((HttpStatusCode.OK, status), (closed.Status, closed["status"]));
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Equal(movements, (await Cloud.GetAsync($"/v1/disputes/{opened.Id}")).Ok().Body["balance_transactions"]!.AsArray().Count);
        Assert.Equal(lastEvent, (await Cloud.EventTypesAsync())[^1]);
        Assert.Equal(status == "won" ? HttpStatusCode.OK : HttpStatusCode.BadRequest,
            (await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent))).Status);
    }

    [Fact]
    public async Task A_dispute_of_nothing_too_much_or_twice_is_refused()
    {
        var (_, intent) = await Cloud.BuyAsync(500);
        var nothing = await DisputeAsync(new { payment_intent = "pi_none" });
        var tooMuch = await DisputeAsync(new { payment_intent = intent, amount = 501 });
        var negative = await DisputeAsync(new { payment_intent = intent, amount = -1 });
        var unknownField = await DisputeAsync(new { payment_intent = intent, cents = 1 });
        await DisputeAsync(new { payment_intent = intent });
        var twice = await DisputeAsync(new { payment_intent = intent });

        Assert.Equal([400, 400, 400, 400, 409],
            new[] { nothing, tooMuch, negative, unknownField, twice }.Select(answer => (int)answer.Status));
    }

    [Theory]
    [InlineData("4000000000000259", "winning_evidence", "under_review", "won")]
    [InlineData("4000000000000259", "losing_evidence", "under_review", "lost")]
    [InlineData("4000000000000259", "We sent it.", "under_review", "under_review")]
    [InlineData("4000000000001976", "winning_evidence", "warning_under_review", "warning_closed")]
    [InlineData("4000000000001976", "escalate_inquiry_evidence", "warning_under_review", "needs_response")]
    public async Task The_bank_decides_by_the_evidence(string card, string text, string submitted, string decided)
    {
        var (_, intent) = await Cloud.BuyAsync(500, card);
        var id = (string)(await Cloud.GetAsync($"/v1/disputes?payment_intent={intent}")).Ok().Body["data"]![0]!["id"]!;
        var answer = (await Cloud.PostAsync($"/v1/disputes/{id}", ("evidence[uncategorized_text]", text), ("submit", "true"))).Ok();
        Assert.Equal((submitted, 1L, false), (answer["status"], (long)answer.Body["evidence_details"]!["submission_count"]!,
            (bool)answer.Body["evidence_details"]!["past_due"]!));

        Cloud.PassTime(TimeSpan.FromSeconds(3));
        Assert.Equal(decided, (await Cloud.GetAsync($"/v1/disputes/{id}")).Ok()["status"]);
        Assert.Equal(decided is "won" or "lost" or "warning_closed", (await Cloud.EventTypesAsync()).Contains("charge.dispute.closed"));
        Assert.Equal(decided != "warning_closed", (await Cloud.EventTypesAsync()).Contains("charge.dispute.funds_withdrawn"));
    }

    [Fact]
    public async Task Evidence_after_the_date_is_past_due()
    {
        var (_, intent) = await Cloud.BuyAsync(500);
        var dispute = await DisputeAsync(new { payment_intent = intent });
        Cloud.PassTime(TimeSpan.FromDays(9.1));
        var late = (await Cloud.PostAsync($"/v1/disputes/{dispute.Id}", ("evidence[customer_name]", "Jo"))).Ok();

        Assert.True((bool)late.Body["evidence_details"]!["past_due"]!);
    }

    [Fact]
    public async Task A_warning_needs_no_action_once_its_payment_is_refunded_or_disputed()
    {
        var (_, refunded) = await Cloud.BuyAsync(500, "4000000000005423");
        var (_, disputed) = await Cloud.BuyAsync(500, "4000000000005423");
        (await Cloud.PostAsync("/v1/refunds", ("payment_intent", refunded), ("amount", "100"))).Ok();
        Assert.Equal("true", await ActionableAsync(refunded));
        (await Cloud.PostAsync("/v1/refunds", ("payment_intent", refunded))).Ok();
        await DisputeAsync(new { payment_intent = disputed });

        Assert.Equal(("false", "false"), (await ActionableAsync(refunded), await ActionableAsync(disputed)));
        Assert.Equal(2, (await Cloud.EventTypesAsync()).Count(type => type == "radar.early_fraud_warning.updated"));
    }

    private async Task<string> ActionableAsync(string intent) =>
        (await Cloud.GetAsync($"/v1/radar/early_fraud_warnings?payment_intent={intent}")).Ok().Body["data"]![0]!["actionable"]!.ToString();

    private Task<StripeAnswer> DisputeAsync(object body) => Cloud.ControlAsync(HttpMethod.Post, "/stripe/disputes", body);
}
