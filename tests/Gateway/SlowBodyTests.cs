using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class SlowBodyTests
{
    [Theory]
    [MemberData(nameof(HttpVersionTests.Versions), MemberType = typeof(HttpVersionTests))]
    public async Task A_body_that_does_not_arrive_is_408_and_the_connection_stays(string version)
    {
        await using var gateway = await HttpsGateway.StartAsync(version);
        using var end = new CancellationTokenSource();
        var (_, token) = await gateway.Gateway.OpenSessionAsync();
        using var stream = await EventReader.OpenAsync(gateway.Client, "/api/events", isHttp2: false, token: token);
        await HttpVersionTests.IsOpenAsync(gateway, true);
        using var withheld = new UnsizedContent(async body =>
        {
            await body.WriteAsync("{"u8.ToArray());
            await body.FlushAsync();
            await Task.Delay(Timeout.Infinite, end.Token);
        });
        using var answer = await gateway.Client.PostAsync("/api/debit", withheld);
        Assert.Equal(HttpStatusCode.RequestTimeout, answer.StatusCode);
        await GatewayTests.AssertProblemAsync(answer, "request_timeout");
        await end.CancelAsync();
        // What else the client has open on the connection goes on.
        gateway.Gateway.Events("wallet").Send("5", "balance", """{"balance_cents":5}""");
        Assert.Equal(5, (await stream.NextAsync())!.Data.GetProperty("balance_cents").GetInt32());
    }
}
