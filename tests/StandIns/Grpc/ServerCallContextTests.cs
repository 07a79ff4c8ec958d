using Grpc.Core;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class ServerCallContextTests
{
    [Fact]
    public async Task The_server_knows_the_method_the_authority_and_the_peer_of_a_call()
    {
        await using var server = await EchoServer.StartAsync(options => options.Interceptors.Add<FactsInterceptor>());

        using var call = server.Client().SayAsync(new SayRequest());
        await call;
        var facts = call.GetTrailers();

        Assert.Equal("/reelballers.standins.echo.v1.EchoService/Say", facts.GetValue("facts-method"));
        Assert.Equal(new Uri(server.Address).Authority, facts.GetValue("facts-host"));
        Assert.StartsWith("ipv4:127.0.0.1:", facts.GetValue("facts-peer"), StringComparison.Ordinal);
        Assert.Equal("False", facts.GetValue("facts-authenticated"));
        Assert.Equal("kept", facts.GetValue("facts-state"));
        Assert.Equal("set by the server", call.GetStatus().Detail);
    }
}
