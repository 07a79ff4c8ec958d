using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ReelBallers.LocalCloud.Stripe;
using ReelBallers.TestKit;

namespace ReelBallers.LocalCloud.Tests;

public sealed class StripeWebhookTests : StripeCloudTests
{
    [Fact]
    public void The_signature_is_the_published_one() => Assert.StartsWith(
        "t=1700000000,v1=aaf47ce6c47c738a54aa38cf32b89e8c2b6b76210ee7bae1373c44163b83da5c,",
        WebhookSignature.Header("whsec_testsecret", 1_700_000_000, """{"id":"evt_123","object":"event"}"""),
        StringComparison.Ordinal);

    [Fact]
    public async Task Each_event_is_delivered_signed_and_in_its_shape()
    {
        var (session, _) = await Cloud.BuyAsync();
        var delivery = (await Cloud.Receiver.GotAsync("checkout.session.completed")).Single();

        Assert.True(IsSigned(delivery, "whsec_local"));
        Assert.False(IsSigned(delivery, "whsec_other"));
        var completed = JsonNode.Parse(delivery.Body)!;
        Assert.Equal(("event", session, 1L),
            ((string?)completed["object"], (string?)completed["data"]!["object"]!["id"], (long)completed["pending_webhooks"]!));
        Assert.Equal("2026-10-28.endive", (string?)completed["api_version"]);
        Assert.False(completed["data"]!["object"]!.AsObject().ContainsKey("_local"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(400)]
    [InlineData(302)]
    public async Task A_delivery_is_repeated_with_a_fresh_signature_until_a_2xx(int refusal)
    {
        Cloud.Receiver.Answer = (type, before) => type == "customer.created" && before < 2 ? refusal : 200;
        var customer = (await Cloud.PostAsync("/v1/customers")).Ok();
        var undelivered = (await Cloud.GetAsync("/v1/events?delivery_success=false&types[]=customer.created")).Ok();
        Assert.Single(undelivered.Body["data"]!.AsArray());

        await Cloud.Receiver.GotAsync("customer.created");
        var tries = Cloud.Receiver.Deliveries;
        Assert.Equal([refusal, refusal, 200], tries.Select(one => one.Answered));
        Assert.Single(tries.Select(one => one.Id).Distinct());
        Assert.All(tries, one => Assert.True(IsSigned(one, "whsec_local")));
        Assert.True(tries.Select(one => one.Signature).Distinct().Count() > 1);
        Assert.Equal(customer.Id, (string?)JsonNode.Parse(tries[2].Body)!["data"]!["object"]!["id"]);
        await DeliveredAsync();
    }

    [Fact]
    public async Task A_dropped_event_is_only_listed()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "drop_webhook", match = "checkout.session.completed" });
        await Cloud.BuyAsync();
        await Cloud.Receiver.GotAsync("payment_intent.succeeded", "charge.updated");
        await Eventually.IsTrueAsync(async () => await UndeliveredAsync() == "checkout.session.completed",
            "only the dropped one is undelivered");

        await Cloud.RestartAsync();
        (await Cloud.PostAsync("/v1/customers")).Ok();
        await Cloud.Receiver.GotAsync("customer.created");
        Assert.DoesNotContain(Cloud.Receiver.Deliveries, one => one.Type == "checkout.session.completed");
    }

    [Fact]
    public async Task A_doubled_event_comes_twice_with_one_id()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "double_webhook", match = "customer.*" });
        await Cloud.PostAsync("/v1/customers");
        await DeliveredAsync();

        Assert.Equal(2, Cloud.Receiver.Deliveries.Count);
        Assert.Single(Cloud.Receiver.Deliveries.Select(one => one.Id).Distinct());
    }

    [Fact]
    public async Task A_delayed_event_holds_up_no_other()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "delay_webhook", match = "payment_intent.created", delay_ms = 600_000 });
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "delay_webhook", match = "charge.succeeded", delay_ms = 100 });
        await Cloud.BuyAsync();

        await Cloud.Receiver.GotAsync("charge.succeeded", "payment_intent.succeeded", "checkout.session.completed", "charge.updated");
        Assert.DoesNotContain(Cloud.Receiver.Deliveries, one => one.Type == "payment_intent.created");
    }

    [Fact]
    public async Task A_reordered_event_comes_after_the_one_that_followed_it()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "reorder_webhook", match = "customer.created" });
        var customer = await Cloud.PostAsync("/v1/customers");
        await Cloud.PostAsync($"/v1/customers/{customer.Id}", ("name", "Jo"));
        await Cloud.Receiver.GotAsync("customer.created");

        Assert.Equal(["customer.updated", "customer.created"], Cloud.Receiver.Deliveries.Select(one => one.Type));
    }

    [Fact]
    public async Task What_a_restart_left_undelivered_is_delivered_after_it()
    {
        Cloud.Receiver.Answer = (_, _) => 503;
        await Cloud.PostAsync("/v1/customers");
        await Eventually.IsTrueAsync(() => Task.FromResult(Cloud.Receiver.Deliveries.Count > 0), "a first try");
        await Cloud.RestartAsync();
        Cloud.Receiver.Answer = (_, _) => 200;

        await Cloud.Receiver.GotAsync("customer.created");
    }

    [Fact]
    public async Task Events_are_listed_by_type_and_time()
    {
        await Cloud.BuyAsync();
        var charges = await ListAsync("type=charge.*");
        var several = await ListAsync("types[]=charge.updated&types[]=payment_intent.created");
        var future = await ListAsync("created[gt]=99999999999");

        Assert.Equal(["charge.updated", "charge.succeeded"], charges);
        Assert.Equal(["charge.updated", "payment_intent.created"], several);
        Assert.Empty(future);
        Cloud.PassTime(TimeSpan.FromDays(31));
        Assert.DoesNotContain("charge.updated", await ListAsync("limit=100"));
    }

    [Fact]
    public async Task An_event_names_the_request_that_caused_it()
    {
        var answer = await Cloud.PostOnceAsync("k", "/v1/customers");
        var caused = (await Cloud.GetAsync("/v1/events")).Body["data"]![0]!["request"]!;
        Assert.Equal((answer.Header("Request-Id"), "k"), ((string?)caused["id"], (string?)caused["idempotency_key"]));
    }

    private static bool IsSigned(StripeReceiver.Delivery delivery, string secret)
    {
        var parts = delivery.Signature.Split(',').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        var age = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(parts["t"], CultureInfo.InvariantCulture);
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{parts["t"]}.{delivery.Body}"));
        return Convert.ToHexStringLower(expected) == parts["v1"] && Math.Abs(age) < 300;
    }

    private async Task<IReadOnlyList<string>> ListAsync(string query) =>
        [.. (await Cloud.GetAsync($"/v1/events?{query}")).Ok().Body["data"]!.AsArray().Select(one => (string)one!["type"]!)];

    private async Task<string> UndeliveredAsync() => string.Join(' ', await ListAsync("delivery_success=false"));

    private Task DeliveredAsync() => Eventually.IsTrueAsync(async () => (await UndeliveredAsync()).Length == 0, "everything is delivered");
}
