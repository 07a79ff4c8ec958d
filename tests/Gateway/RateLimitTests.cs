using System.Net;

namespace ReelBallers.Gateway.Tests;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Who_asks_too_much_is_told_when_to_come_back_and_others_are_not()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (_, greedy) = await gateway.OpenSessionAsync();
        var (_, modest) = await gateway.OpenSessionAsync();

        using var limited = await UntilLimitedAsync(gateway, greedy);
        Assert.True(limited.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        await FrontTests.AssertProblemAsync(limited, "rate_limited");

        using var other = await SendAsync(gateway, modest);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Becoming_somebody_is_limited_by_address()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using var answer = await gateway.Client.PostAsync("/api/session", null);
            return answer.StatusCode;
        }));
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Contains(HttpStatusCode.Created, answers);
    }

    [Fact]
    public async Task Callbacks_have_room_for_a_burst()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/api/webhooks/stripe"), (HttpMethod.Post, "/api/runpod/webhook/1") })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(async _ =>
            {
                using var answer = await gateway.Client.SendAsync(new HttpRequestMessage(method, path));
                return answer.StatusCode;
            }));
            Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        }
    }

    [Fact]
    public async Task Switched_off_nobody_is_limited()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("RateLimits:Mode", "off"));
        var (_, token) = await gateway.OpenSessionAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ =>
        {
            using var answer = await SendAsync(gateway, token);
            return answer.StatusCode;
        }));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task A_misspelt_mode_stops_the_start() =>
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => GatewayUnderTest.StartAsync(("RateLimits:Mode", "of")));

    private static async Task<HttpResponseMessage> UntilLimitedAsync(GatewayUnderTest gateway, string token)
    {
        for (var request = 0; request < 5000; request++)
        {
            var answer = await SendAsync(gateway, token);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return answer;
            }
            answer.Dispose();
        }
        throw new InvalidOperationException("5000 requests and no limit.");
    }

    private static Task<HttpResponseMessage> SendAsync(GatewayUnderTest gateway, string token) => gateway.Client.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, "/api/wallet") { Headers = { { "Authorization", $"Bearer {token}" } } });
}
