using ReelBallers.ServiceDefaults.Tests.Rpc.V1;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

public sealed class ServiceDiscoveryTests
{
    [Fact]
    public async Task Calls_are_spread_over_the_replicas_of_a_service()
    {
        await using var first = await RpcServer.StartAsync();
        await using var second = await RpcServer.StartAsync();
        var client = first.Client(("services:echo:http:1", second.Address));
        for (var call = 0; call < 20; call++)
        {
            await client.StumbleAsync(new StumbleRequest { Key = "spread" });
        }
        int[] calls = [first.CallLog.NextAttempt("spread") - 1, second.CallLog.NextAttempt("spread") - 1];
        Assert.Equal(20, calls.Sum());
        Assert.All(calls, count => Assert.True(count > 0, string.Join(' ', calls)));
    }

    [Fact]
    public async Task A_call_is_repeated_at_another_replica_when_one_is_down()
    {
        await using var server = await RpcServer.StartAsync();
        await using var gate = TcpGate.Open(new Uri(server.Address));
        gate.Close();
        var client = server.Client(("services:echo:http:1", gate.Address.ToString()));
        for (var call = 0; call < 6; call++)
        {
            Assert.Equal("hello", (await client.SayAsync(new SayRequest { Text = "hello" })).Text);
        }
        Assert.True(gate.Refused > 0);
    }
}
