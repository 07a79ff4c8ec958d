using System.Net;
using System.Net.Sockets;
using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class DeadlineTests
{
    [Fact]
    public async Task A_service_that_does_not_answer_in_time_is_504()
    {
        await using var gateway = await StartAsync();
        using var answer = await gateway.Client.GetAsync("/api/jobs/hangs");
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        await GatewayTests.AssertProblemAsync(answer, "service_unavailable");
    }

    [Fact]
    public async Task A_response_that_does_not_end_in_time_is_cut_off()
    {
        await using var gateway = await StartAsync();
        using var answer = await gateway.Client.GetAsync("/api/jobs/trickles", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(
            () => answer.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_response_is_cut_off()
    {
        await using var gateway = await TestGateway.StartAsync(("ReverseProxy:Routes:ledger-csv:Metadata:MaxSeconds", "1"));
        var (_, token) = await gateway.OpenSessionAsync();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(gateway.Client.BaseAddress!.Host, gateway.Client.BaseAddress.Port);
        await client.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /api/wallet/ledger.csv?endless HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\n\r\n"));
        await Eventually.IsTrueAsync(async () => await gateway.HeldRequestsAsync("wallet") == 1, "the service sends");
        // YARP's own limit, a minute without any progress, would come later.
        await Eventually.IsTrueAsync(
            async () => await gateway.OpenStreamsAsync("wallet") == 0, "the service is told", TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task An_event_stream_has_no_deadline()
    {
        await using var gateway = await StartAsync();
        using var stream = await gateway.Client.GetAsync("/api/jobs/1/events", HttpCompletionOption.ResponseHeadersRead);
        using var later = await gateway.Client.GetAsync("/api/jobs/hangs");
        Assert.Equal(HttpStatusCode.GatewayTimeout, later.StatusCode);
        Assert.Equal(1, await gateway.OpenStreamsAsync("jobs"));
    }

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = await TestGateway.StartAsync(
            ("ReverseProxy:Routes:job:Metadata:MaxSeconds", "1"), ("ReverseProxy:Routes:job-events:Metadata:MaxSeconds", "1"));
        await gateway.UseSessionAsync();
        return gateway;
    }
}
