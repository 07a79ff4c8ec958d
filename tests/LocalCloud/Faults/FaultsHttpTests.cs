using System.Net;

namespace ReelBallers.LocalCloud.Tests;

public sealed class FaultsHttpTests : StripeCloudTests
{
    [Fact]
    public async Task A_status_is_answered_instead_of_the_effect_as_often_as_asked()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "status", match = "POST /v1/customers", status = 502, times = 2 });
        var answers = new List<int>();
        for (var asked = 0; asked < 3; asked++)
        {
            answers.Add((int)(await Cloud.PostAsync("/v1/customers")).Status);
        }

        Assert.Equal([502, 502, 200], answers);
        Assert.Single((await Cloud.GetAsync("/v1/customers")).Ok().Body["data"]!.AsArray());
        var fault = (await Cloud.ControlAsync(HttpMethod.Get, "/faults")).Body["faults"]![0]!;
        Assert.Equal((2, 2), ((int)fault["seen"]!, (int)fault["struck"]!));
    }

    [Fact]
    public async Task A_refusal_can_say_when_and_whether_to_come_again()
    {
        await Cloud.FaultAsync(new
        {
            cloud = "stripe",
            kind = "status",
            match = "POST /v1/customers",
            status = 429,
            retry_after_seconds = 2,
            should_retry = true,
        });
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "status", match = "POST /v1/refunds", status = 500, should_retry = false });

        var limited = await Cloud.PostAsync("/v1/customers");
        var broken = await Cloud.PostAsync("/v1/refunds");

        Assert.Equal((429, "2", "true"), ((int)limited.Status, limited.Header("Retry-After"), limited.Header("Stripe-Should-Retry")));
        Assert.Equal((500, null, "false"), ((int)broken.Status, broken.Header("Retry-After"), broken.Header("Stripe-Should-Retry")));
        var elsewhere = await Cloud.ControlAsync(HttpMethod.Post, "/faults", new { cloud = "r2", kind = "status", should_retry = true });
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.Status);
    }

    [Fact]
    public async Task A_fault_strikes_only_what_it_matches_and_until_it_is_removed()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "status", match = "GET /v1/customers", status = 500, times = 100 });
        await Cloud.FaultAsync(new { cloud = "r2", kind = "status", status = 500, times = 100 });
        (await Cloud.PostAsync("/v1/customers")).Ok();
        (await Cloud.GetAsync("/v1/refunds")).Ok();
        Assert.Equal(HttpStatusCode.InternalServerError, (await Cloud.GetAsync("/v1/customers?limit=1")).Status);

        await Cloud.ControlAsync(HttpMethod.Delete, "/faults");
        (await Cloud.GetAsync("/v1/customers")).Ok();
    }

    [Fact]
    public async Task A_cut_does_nothing_and_a_cut_after_the_effect_does_it()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "cut", match = "POST /v1/customers" });
        await Assert.ThrowsAsync<HttpRequestException>(() => Cloud.PostAsync("/v1/customers"));
        Assert.Empty((await Cloud.GetAsync("/v1/customers")).Ok().Body["data"]!.AsArray());

        await Cloud.FaultAsync(new { cloud = "stripe", kind = "cut_after_effect", match = "POST /v1/customers" });
        await Assert.ThrowsAsync<HttpRequestException>(() => Cloud.PostAsync("/v1/customers"));
        Assert.Single((await Cloud.GetAsync("/v1/customers")).Ok().Body["data"]!.AsArray());
    }

    [Fact]
    public async Task A_status_after_the_effect_does_it_and_says_otherwise()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "status_after_effect", match = "POST /v1/customers", status = 504 });
        var answer = await Cloud.PostAsync("/v1/customers");
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.Status);
        Assert.Equal("A scripted fault answered 504.", (string?)answer.Body["error"]!["message"]);
        Assert.Single((await Cloud.GetAsync("/v1/customers")).Ok().Body["data"]!.AsArray());
    }

    [Fact]
    public async Task A_delay_after_the_effect_does_it_before_the_caller_knows()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "delay_after_effect", match = "POST /v1/customers", delay_ms = 60_000 });
        using var impatience = new CancellationTokenSource();
        var given = Cloud.SendAsync(HttpMethod.Post, "/v1/customers", null, cancellationToken: impatience.Token);
        await Cloud.Receiver.GotAsync("customer.created");
        Assert.False(given.IsCompleted);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        await Cloud.FaultAsync(new { cloud = "stripe", kind = "delay_after_effect", match = "GET /v1/customers", delay_ms = 10 });
        Assert.Single((await Cloud.GetAsync("/v1/customers")).Ok().Body["data"]!.AsArray());
        Assert.Equal(1, (int)(await Cloud.ControlAsync(HttpMethod.Get, "/faults")).Body["faults"]![1]!["struck"]!);
    }

    [Fact]
    public async Task A_delay_does_its_effect_also_for_a_caller_that_gave_up()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "delay", match = "POST /v1/customers", delay_ms = 1500 });
        using var impatience = new CancellationTokenSource();
        var given = Cloud.SendAsync(HttpMethod.Post, "/v1/customers", null, cancellationToken: impatience.Token);
        await Cloud.StruckAsync(1);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        await Cloud.Receiver.GotAsync("customer.created");
    }

    [Fact]
    public async Task The_checkout_page_can_be_cut_after_the_payment()
    {
        var session = await Cloud.CreateSessionAsync();
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "cut_after_effect", match = "POST /c/pay/" });
        await Assert.ThrowsAsync<HttpRequestException>(() => Cloud.PayAsync(session, ("card_number", "4242424242424242")));
        Assert.Equal("paid", (await Cloud.GetAsync($"/v1/checkout/sessions/{session.Id}"))["payment_status"]);
    }
}
