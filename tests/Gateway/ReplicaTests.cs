using System.Net;

namespace ReelBallers.Gateway.Tests;

/// <summary>Service discovery gives a service several addresses.</summary>
public sealed class ReplicaTests
{
    [Fact]
    public async Task Requests_are_spread_over_the_replicas_of_a_service()
    {
        await using var second = await EchoService.StartAsync("wallet-2");
        await using var gateway = await TestGateway.StartAsync(("services:wallet:http:1", second.Address));
        var services = new HashSet<string>();
        for (var request = 0; request < 60; request++)
        {
            services.Add((await gateway.EchoAsync(new HttpRequestMessage(HttpMethod.Get, "/api/me"))).Service);
        }
        Assert.Equal(["wallet", "wallet-2"], services.Order());
    }

    [Fact]
    public async Task A_replica_that_does_not_respond_gets_no_more_requests()
    {
        await using var second = await EchoService.StartAsync("wallet-2");
        await using var gateway = await TestGateway.StartAsync(("services:wallet:http:1", second.Address));
        await second.StopAsync();
        await TestKit.Eventually.IsTrueAsync(() => SucceedInARowAsync(gateway, 30), "all requests reach the other replica");
    }

    private static async Task<bool> SucceedInARowAsync(TestGateway gateway, int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            using var answer = await gateway.Client.GetAsync("/api/me");
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return false;
            }
        }
        return true;
    }
}
