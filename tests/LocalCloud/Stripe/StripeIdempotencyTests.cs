using System.Net;

namespace ReelBallers.LocalCloud.Tests;

public sealed class StripeIdempotencyTests : StripeCloudTests
{
    private const string Sessions = "/v1/checkout/sessions";

    [Fact]
    public async Task The_same_key_gives_the_first_answer_again()
    {
        var first = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500));
        var again = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500));

        Assert.Equal(first.Body.ToString(), again.Body.ToString());
        Assert.Null(first.Header("Idempotent-Replayed"));
        Assert.Equal("true", again.Header("Idempotent-Replayed"));
        Assert.Equal(first.Header("Request-Id"), again.Header("Original-Request"));
        Assert.Equal("k", again.Header("Idempotency-Key"));
        Assert.Equal(1, await Cloud.CountSessionsAsync());
    }

    [Fact]
    public async Task The_same_key_with_other_parameters_or_another_address_is_refused()
    {
        (await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500))).Ok();
        var otherAmount = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(501));
        var otherPath = await Cloud.PostOnceAsync("k", "/v1/customers");

        Assert.Equal((HttpStatusCode.BadRequest, "idempotency_error"), (otherAmount.Status, (string?)otherAmount.Body["error"]!["type"]));
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency_error"), (otherPath.Status, (string?)otherPath.Body["error"]!["type"]));
        Assert.Null(otherAmount.ErrorCode);
    }

    [Fact]
    public async Task A_key_whose_request_still_runs_is_a_conflict()
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "delay", match = "POST " + Sessions, delay_ms = 60_000 });
        var slow = Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500));
        await Cloud.StruckAsync(1);

        var meanwhile = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500));
        Assert.Equal((HttpStatusCode.Conflict, "idempotency_key_in_use"), (meanwhile.Status, meanwhile.ErrorCode));
        Assert.False(slow.IsCompleted);
    }

    [Fact]
    public async Task Parameters_that_never_reach_the_endpoint_leave_the_key_free()
    {
        Assert.Equal("parameter_missing", (await Cloud.PostOnceAsync("k", Sessions, ("mode", "payment"))).ErrorCode);
        (await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500))).Ok();
    }

    [Fact]
    public async Task A_refusal_by_the_endpoint_is_kept_with_the_key()
    {
        var first = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(49));
        var again = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(49));

        Assert.Equal("amount_too_small", first.ErrorCode);
        Assert.Equal((HttpStatusCode.BadRequest, "true"), (again.Status, again.Header("Idempotent-Replayed")));
    }

    [Theory]
    [InlineData(500, 500)]
    [InlineData(503, 200)]
    [InlineData(429, 200)]
    public async Task A_500_is_kept_with_the_key_and_what_comes_from_before_the_endpoint_is_not(int scripted, int retried)
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind = "status", match = "POST " + Sessions, status = scripted });
        var first = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500));
        var again = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500));

        Assert.Equal((scripted, retried), ((int)first.Status, (int)again.Status));
        Assert.Equal(retried == 500 ? "true" : null, again.Header("Idempotent-Replayed"));
    }

    [Theory]
    [InlineData("cut", false)]
    [InlineData("cut_after_effect", true)]
    public async Task A_retry_after_a_cut_connection_happens_once(string kind, bool isReplayed)
    {
        await Cloud.FaultAsync(new { cloud = "stripe", kind, match = "POST " + Sessions });
        await Assert.ThrowsAsync<HttpRequestException>(() => Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500)));
        Assert.Equal(isReplayed ? 1 : 0, await Cloud.CountSessionsAsync());

        var retry = (await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500))).Ok();
        Assert.Equal(isReplayed ? "true" : null, retry.Header("Idempotent-Replayed"));
        Assert.Equal(1, await Cloud.CountSessionsAsync());
    }

    [Fact]
    public async Task Keys_outlive_a_restart_and_are_forgotten_after_a_day()
    {
        var first = await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500));
        await Cloud.RestartAsync();
        Assert.Equal(first.Id, (await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500))).Id);

        Cloud.PassTime(TimeSpan.FromHours(25));
        Assert.NotEqual(first.Id, (await Cloud.PostOnceAsync("k", Sessions, StripeTestCloud.Order(500))).Id);
    }

    [Fact]
    public async Task A_key_is_neither_empty_nor_longer_than_255_characters()
    {
        var longest = await Cloud.PostOnceAsync(new string('k', 255), "/v1/customers");
        var tooLong = await Cloud.PostOnceAsync(new string('k', 256), "/v1/customers");
        var empty = await Cloud.PostOnceAsync("", "/v1/customers");

        Assert.Equal([200, 400, 400], new[] { longest, tooLong, empty }.Select(answer => (int)answer.Status));
    }
}
