using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ReelBallers.Gateway.Tests;

/// <summary>Service discovery gives a service several addresses.</summary>
public sealed class ReplicaTests
{
    [Fact]
    public async Task Requests_are_spread_over_the_replicas_of_a_service()
    {
        await using var second = await EchoService.StartAsync("wallet-2");
        await using var gateway = await TestGateway.StartAsync(("services:wallet:http:1", second.Address));
        await gateway.UseSessionAsync();
        var services = new HashSet<string>();
        for (var request = 0; request < 60; request++)
        {
            services.Add((await gateway.EchoAsync(new HttpRequestMessage(HttpMethod.Get, "/api/me"))).Service);
        }
        Assert.Equal(["wallet", "wallet-2"], services.Order());
    }

    [Fact]
    public async Task The_less_busy_of_two_replicas_gets_the_request()
    {
        await using var second = await EchoService.StartAsync("jobs-2");
        await using var gateway = await TestGateway.StartAsync(("services:jobs:http:1", second.Address));
        await gateway.UseSessionAsync();
        Assert.True(gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster("jobs-streams", out var jobs));
        var (atFirst, atSecond) = (new List<HttpResponseMessage>(), new List<HttpResponseMessage>());
        async Task<List<HttpResponseMessage>> OpenAsync()
        {
            var before = await gateway.OpenStreamsAsync("jobs");
            var stream = await gateway.Client.GetAsync("/api/jobs/1/events", HttpCompletionOption.ResponseHeadersRead);
            var replica = await gateway.OpenStreamsAsync("jobs") > before ? atFirst : atSecond;
            replica.Add(stream);
            return replica;
        }
        while (atFirst.Count + atSecond.Count < OpenStreams.Max)
        {
            await OpenAsync();
        }
        Assert.Equal(atFirst.Count, atSecond.Count);
        atSecond.ForEach(stream => stream.Dispose());
        atSecond.Clear();
        await Eventually.BecomesAsync(
            () => Task.FromResult(jobs.Destinations.Values.Sum(destination => destination.ConcurrentRequestCount)),
            open => open == atFirst.Count, "the closed streams have ended");

        // Replicas that take turns, or are chosen at random, would share them.
        while (atSecond.Count < atFirst.Count)
        {
            Assert.Same(atSecond, await OpenAsync());
        }
        atFirst.Concat(atSecond).ToList().ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task A_replica_that_does_not_respond_gets_no_more_requests()
    {
        using var logs = new CollectedLogs();
        await using var second = await EchoService.StartAsync("wallet-2");
        await using var gateway = await TestGateway.StartAsync(logs.Register, ("services:wallet:http:1", second.Address));
        await gateway.UseSessionAsync();
        await second.StopAsync();
        // Not repeated, so that a request which the stopped replica gets is seen.
        await Eventually.IsTrueAsync(() => SucceedInARowAsync(gateway, 30), "all requests reach the other replica");
        Assert.Contains(logs.Lines, line => line.Contains("scheduled for a reactivation in `00:00:10`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replica_that_stops_is_found_without_a_request()
    {
        await using var second = await EchoService.StartAsync("wallet-2");
        await using var gateway = await TestGateway.StartAsync(("services:wallet:http:1", second.Address));
        Assert.True(gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster("wallet", out var wallet));
        Task<IEnumerable<string>> HealthyAsync() => Task.FromResult(wallet.Destinations.Values
            .Where(destination => destination.Health.Active == DestinationHealth.Healthy)
            .Select(destination => destination.Model.Config.Address));
        await Eventually.BecomesAsync(HealthyAsync, healthy => healthy.Count() == 2, "both replicas answer the probe");
        await second.StopAsync();
        var left = await Eventually.BecomesAsync(HealthyAsync, healthy => healthy.Count() == 1, "one replica is left out");
        Assert.NotEqual(new Uri(second.Address), new Uri(left.Single()));
    }

    [Theory]
    [InlineData("GET", null, false)]
    [InlineData("POST", "key", false)]
    [InlineData("POST", "key", true)]
    public async Task A_request_that_may_be_repeated_reaches_the_other_replica(string method, string? key, bool breaksOff)
    {
        await using var second = await EchoService.StartAsync("wallet-2", breaksOff);
        await using var gateway = await TestGateway.StartAsync(("services:wallet:http:1", second.Address));
        await gateway.UseSessionAsync();
        if (!breaksOff)
        {
            await second.StopAsync();
        }
        // The first of them that the other replica gets would fail; later it is left out.
        for (var request = 0; request < 30; request++)
        {
            using var answer = await gateway.Client.SendAsync(Request(method, key));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            if (method == "POST")
            {
                Assert.Contains("cost_cents", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_request_without_a_key_is_not_repeated()
    {
        await using var second = await EchoService.StartAsync("wallet-2");
        await using var gateway = await TestGateway.StartAsync(("services:wallet:http:1", second.Address));
        await gateway.UseSessionAsync();
        await second.StopAsync();
        var statuses = new List<HttpStatusCode>();
        for (var request = 0; request < 30; request++)
        {
            using var answer = await gateway.Client.SendAsync(Request("POST", key: null));
            statuses.Add(answer.StatusCode);
        }
        Assert.Contains(HttpStatusCode.BadGateway, statuses);
        Assert.Contains(HttpStatusCode.OK, statuses);
    }

    [Fact]
    public async Task A_service_without_a_replica_that_answers_is_unavailable()
    {
        await using var second = await EchoService.StartAsync("wallet-2");
        await using var gateway = await TestGateway.StartAsync(("services:wallet:http:1", second.Address));
        await gateway.UseSessionAsync();
        await second.StopAsync();
        await gateway.StopBackendAsync("wallet");
        using var answer = await gateway.Client.GetAsync("/api/me");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        await GatewayTests.AssertProblemAsync(answer, "service_unavailable");
    }

    private static HttpRequestMessage Request(string method, string? key)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), method == "POST" ? "/api/debit" : "/api/me");
        if (method == "POST")
        {
            request.Content = new StringContent("""{"job_id":"1","cost_cents":1}""", null, "application/json");
        }
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        return request;
    }

    private static async Task<bool> SucceedInARowAsync(TestGateway gateway, int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            using var answer = await gateway.Client.SendAsync(Request("POST", key: null));
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return false;
            }
        }
        return true;
    }
}
