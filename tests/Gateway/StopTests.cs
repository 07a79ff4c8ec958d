using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class StopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_Gateway_that_stops_finishes_its_requests_and_ends_its_event_streams()
    {
        await using var gateway = await TestGateway.StartAsync(
            services => services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromHours(1)));
        await gateway.UseSessionAsync();
        var held = gateway.Client.GetAsync("/api/jobs/held");
        using var stream = await gateway.Client.GetAsync("/api/jobs/1/events", HttpCompletionOption.ResponseHeadersRead);
        await Eventually.IsTrueAsync(async () => await gateway.HeldRequestsAsync("jobs") == 1, "the service has the request");

        var stopped = gateway.StopAsync();

        // Complete, where a connection that breaks would throw.
        Assert.Equal("event: status\ndata: 1\n\n", await stream.Content.ReadAsStringAsync().WaitAsync(Patience));
        Assert.False(stopped.IsCompleted);
        await gateway.ReleaseAsync("jobs");
        using var answer = await held;
        Assert.Equal((HttpStatusCode.OK, "held"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        await stopped.WaitAsync(Patience);
        using var client = gateway.NewClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/api/packs"));
    }
}
