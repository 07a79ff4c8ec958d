using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class MessageSizeTests
{
    private static readonly SayRequest Large = new() { Payload = ByteString.CopyFrom(new byte[20 << 20]) };

    [Fact]
    public async Task The_server_refuses_a_message_of_20_MiB_and_serves_on()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(Unlimited());

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await client.SayAsync(Large));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Equal("still here", (await client.SayAsync(new SayRequest { Text = "still here" })).Text);
    }

    [Fact]
    public async Task The_server_refuses_a_small_message_that_unpacks_to_20_MiB()
    {
        await using var server = await EchoServer.StartAsync();

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client(Unlimited()).SayAsync(Large, new Metadata { { "grpc-internal-encoding-request", "gzip" } }));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
    }

    [Fact]
    public async Task The_client_refuses_a_message_of_20_MiB_and_calls_on()
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = null);
        var client = server.Client();

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await client.SayAsync(Large));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Equal("still here", (await client.SayAsync(new SayRequest { Text = "still here" })).Text);
    }

    [Fact]
    public async Task A_message_of_20_MiB_passes_where_both_sides_allow_it()
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = 32 << 20);

        var response = await server.Client(new GrpcChannelOptions { MaxReceiveMessageSize = 32 << 20 }).SayAsync(Large);

        Assert.Equal(Large.Payload, response.Payload);
    }

    // Otherwise the client's own limit would refuse the echo of a message that the server let pass.
    private static GrpcChannelOptions Unlimited() => new() { MaxReceiveMessageSize = null };
}
