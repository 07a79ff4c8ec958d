using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using ReelBallers.StandIns.Echo.V1;
using static ReelBallers.StandIns.Echo.V1.EchoService;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class CallOptionsTests
{
    private static readonly CallCredentials Token = Credentials("x-token", "t1");

    [Fact]
    public async Task Credentials_of_a_call_are_added_to_it()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        var both = CallCredentials.Compose(Token, Credentials("x-second", "t2"));

        using var call = client.SayAsync(new SayRequest(), new CallOptions().WithCredentials(both));
        await call;

        Assert.Equal("t1", call.GetTrailers().GetValue("x-token"));
        Assert.Equal("t2", call.GetTrailers().GetValue("x-second"));
    }

    [Fact]
    public async Task Credentials_of_a_channel_are_added_to_each_call()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, Token),
            UnsafeUseInsecureChannelCallCredentials = true,
        });

        using var call = client.SayAsync(new SayRequest());
        await call;

        Assert.Equal("t1", call.GetTrailers().GetValue("x-token"));
    }

    [Fact]
    public async Task Credentials_that_cannot_be_had_fail_the_call()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        var none = CallCredentials.FromInterceptor((_, _) => throw new InvalidOperationException("no token"));

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.SayAsync(new SayRequest(), new CallOptions().WithCredentials(none)));

        Assert.Equal("no token", refusal.Status.DebugException?.Message);
    }

    [Fact]
    public async Task A_call_that_waits_for_the_server_succeeds_once_it_is_there()
    {
        using var reserved = new Socket(SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)reserved.LocalEndPoint!).Port;
        using var channel = GrpcChannel.ForAddress(
            $"http://127.0.0.1:{port}", new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.FromMilliseconds(100) });
        var client = new EchoServiceClient(channel);

        using var impatient = client.SayAsync(new SayRequest());
        using var patient = client.SayAsync(
            new SayRequest { Text = "at last" },
            new CallOptions().WithWaitForReady().WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60)));
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await impatient);
        reserved.Close();
        await using var server = await EchoServer.StartAsync(port: port);

        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        Assert.Equal("at last", (await patient).Text);
    }

    [Fact]
    public void Each_change_gives_a_copy()
    {
        using var cancellation = new CancellationTokenSource();
        var deadline = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var headers = new Metadata();

        var plain = new CallOptions();
        var full = plain.WithHeaders(headers).WithDeadline(deadline).WithCancellationToken(cancellation.Token)
            .WithWriteOptions(WriteOptions.Default).WithCredentials(Token).WithWaitForReady();

        Assert.Equal(
            (headers, deadline, cancellation.Token, WriteOptions.Default, Token, true),
            (full.Headers, full.Deadline, full.CancellationToken, full.WriteOptions, full.Credentials, full.IsWaitForReady));
        Assert.Equal(
            (null, null, CancellationToken.None, null, null, false),
            (plain.Headers, plain.Deadline, plain.CancellationToken, plain.WriteOptions, plain.Credentials, plain.IsWaitForReady));
        Assert.False(full.WithWaitForReady(false).IsWaitForReady);
    }

    private static CallCredentials Credentials(string key, string token) => CallCredentials.FromInterceptor((_, metadata) =>
    {
        metadata.Add(key, token);
        return Task.CompletedTask;
    });
}
