using System.Net;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Tests;

public sealed class StripeRefundTests : StripeCloudTests
{
    [Fact]
    public async Task A_charge_is_refunded_in_parts_until_nothing_is_left()
    {
        var (_, intent) = await Cloud.BuyAsync(500);
        var part = (await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent), ("amount", "200"), ("reason", "duplicate"))).Ok();
        var tooMuch = await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent), ("amount", "301"));
        var charge = await ChargeAsync(intent);
        var rest = (await Cloud.PostAsync("/v1/refunds", ("charge", charge.Id))).Ok();
        var none = await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent));

        Assert.Equal(("200", "succeeded", "duplicate"), (part["amount"], part["status"], part["reason"]));
        Assert.Equal((HttpStatusCode.BadRequest, null, "amount"), (tooMuch.Status, tooMuch.ErrorCode, tooMuch.ErrorParam));
        Assert.Contains("($3.01) is greater than unrefunded amount on charge ($3.00)", tooMuch.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(("200", "false"), (charge["amount_refunded"], charge["refunded"]));
        Assert.Equal("300", rest["amount"]);
        Assert.Equal("charge_already_refunded", none.ErrorCode);
        Assert.Equal(("500", "true"), ((await ChargeAsync(intent))["amount_refunded"], (await ChargeAsync(intent))["refunded"]));
        Assert.Equal(2, (await EventsAsync("charge.refunded")).Count);
        Assert.Equal(2, (await Cloud.GetAsync($"/v1/refunds?payment_intent={intent}")).Body["data"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("payment_intent", "pi_none", "resource_missing")]
    [InlineData("charge", "ch_none", "resource_missing")]
    [InlineData("amount", "5", "parameter_missing")]
    public async Task A_refund_of_nothing_is_refused(string field, string value, string code) =>
        Assert.Equal(code, (await Cloud.PostAsync("/v1/refunds", (field, value))).ErrorCode);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    public async Task A_refund_is_a_positive_whole_amount(string amount)
    {
        var (_, intent) = await Cloud.BuyAsync();
        var answer = await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent), ("amount", amount));
        Assert.Equal(("parameter_invalid_integer", "amount"), (answer.ErrorCode, answer.ErrorParam));
    }

    [Fact]
    public async Task A_refund_can_fail_later_and_the_charge_counts_as_paid_again()
    {
        var (_, intent) = await Cloud.BuyAsync(card: "4000000000005126");
        var refund = (await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent))).Ok();
        Assert.Equal("succeeded", refund["status"]);

        var failed = JsonNode.Parse((await Cloud.Receiver.GotAsync("refund.failed")).Single().Body)!["data"]!["object"]!;
        Assert.Equal(("failed", "expired_or_canceled_card"), ((string?)failed["status"], (string?)failed["failure_reason"]));
        Assert.Equal(("0", "false"), ((await ChargeAsync(intent))["amount_refunded"], (await ChargeAsync(intent))["refunded"]));
    }

    [Fact]
    public async Task A_pending_refund_succeeds_later()
    {
        var (_, intent) = await Cloud.BuyAsync(card: "4000000000007726");
        var refund = (await Cloud.PostAsync("/v1/refunds", ("payment_intent", intent))).Ok();
        Assert.Equal(("pending", "processing"), (refund["status"], refund["pending_reason"]));

        await Cloud.Receiver.GotAsync("refund.updated");
        Assert.Equal("succeeded", (await Cloud.GetAsync($"/v1/refunds/{refund.Id}"))["status"]);
    }

    [Fact]
    public async Task The_dashboard_refunds_by_the_control_port()
    {
        var (_, intent) = await Cloud.BuyAsync(500);
        var refund = await Cloud.ControlAsync(HttpMethod.Post, "/stripe/refunds", new { payment_intent = intent, amount = 100 });
        var tooMuch = await Cloud.ControlAsync(HttpMethod.Post, "/stripe/refunds", new { payment_intent = intent, amount = 401 });
        var unknown = await Cloud.ControlAsync(HttpMethod.Post, "/stripe/refunds", new { payment_intent = "pi_none" });

        Assert.Equal((HttpStatusCode.Created, "100"), (refund.Status, refund["amount"]));
        Assert.Equal([400, 400], new[] { tooMuch, unknown }.Select(answer => (int)answer.Status));
        await Cloud.Receiver.GotAsync("refund.created", "charge.refunded");
    }

    private async Task<StripeAnswer> ChargeAsync(string intent)
    {
        var charge = (await Cloud.GetAsync($"/v1/payment_intents/{intent}")).Ok()["latest_charge"];
        return (await Cloud.GetAsync($"/v1/charges/{charge}")).Ok();
    }

    private async Task<IReadOnlyList<string>> EventsAsync(string type) => [.. (await Cloud.EventTypesAsync()).Where(one => one == type)];
}
