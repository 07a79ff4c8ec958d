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

    private Task<StripeAnswer> DisputeAsync(object body) => Cloud.ControlAsync(HttpMethod.Post, "/stripe/disputes", body);
}
