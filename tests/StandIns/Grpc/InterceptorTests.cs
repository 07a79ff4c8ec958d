using Grpc.Core;
using Grpc.Core.Interceptors;
using ReelBallers.StandIns.Echo.V1;
using static ReelBallers.StandIns.Echo.V1.EchoService;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class InterceptorTests
{
    [Fact]
    public async Task Every_kind_of_call_passes_the_interceptors_of_a_client_in_the_order_given()
    {
        await using var server = await EchoServer.StartAsync();
        var journal = new EchoJournal();
        using var channel = server.Channel();
        var client = new EchoServiceClient(
            channel.Intercept(new TracingInterceptor(journal, "first"), new TracingInterceptor(journal, "second")));

        client.Say(new SayRequest());
        await MakeEveryKindOfCall(client);

        Assert.Equal(
            [
                "first Say", "second Say", "first Say", "second Say", "first Collect", "second Collect",
                "first Count", "second Count", "first Chat", "second Chat",
            ],
            journal.Lines);
    }

    [Fact]
    public async Task The_interceptor_that_is_put_on_last_sees_the_call_first()
    {
        await using var server = await EchoServer.StartAsync();
        var journal = new EchoJournal();
        using var channel = server.Channel();
        var invoker = channel.Intercept(new TracingInterceptor(journal, "inner")).Intercept(new TracingInterceptor(journal, "outer"));

        await new EchoServiceClient(invoker).SayAsync(new SayRequest());

        Assert.Equal(["outer Say", "inner Say"], journal.Lines);
    }

    [Fact]
    public async Task Every_kind_of_call_passes_the_interceptors_of_a_server_in_the_order_of_registration()
    {
        await using var server = await EchoServer.StartAsync(options =>
        {
            options.Interceptors.Add<TracingInterceptor>("first");
            options.Interceptors.Add<TracingInterceptor>("second");
        });

        await MakeEveryKindOfCall(server.Client());

        Assert.Equal(
            ["first Say", "second Say", "first Collect", "second Collect", "first Count", "second Count", "first Chat", "second Chat"],
            server.Journal.Lines);
    }

    [Fact]
    public async Task An_interceptor_of_a_client_changes_what_is_sent_and_what_comes_back()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Channel();

        using var call = new EchoServiceClient(channel.Intercept(new ChangingInterceptor())).SayAsync(new SayRequest { Text = "hello" });

        Assert.Equal("hello (changed)", (await call).Text);
        Assert.Equal("by the interceptor", (await call.ResponseHeadersAsync).GetValue("x-added"));
        Assert.Equal("by the interceptor", call.GetTrailers().GetValue("x-added"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task An_interceptor_of_a_server_refuses_a_call_before_its_method_runs()
    {
        await using var server = await EchoServer.StartAsync(options => options.Interceptors.Add<RefusingInterceptor>());
        var client = server.Client();

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await client.StumbleAsync(new StumbleRequest { Key = "locked" }));
        var admitted = await client.StumbleAsync(new StumbleRequest { Key = "locked" }, new Metadata { { "x-password", "sesame" } });

        Assert.Equal((StatusCode.Unauthenticated, "who are you?"), (refusal.StatusCode, refusal.Status.Detail));
        Assert.Equal(1, admitted.Attempts);
    }

    [Fact]
    public async Task A_client_with_another_authority_says_so_in_each_call()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Channel();
        var noted = new HostInterceptor();
        var client = new EchoServiceClient(channel.Intercept(noted));

        await client.SayAsync(new SayRequest());
        await client.WithHost("wallet.internal").SayAsync(new SayRequest());

        Assert.Equal([null, "wallet.internal"], noted.Hosts);
    }

    private static async Task MakeEveryKindOfCall(EchoServiceClient client)
    {
        await client.SayAsync(new SayRequest());

        using var collect = client.Collect();
        await collect.RequestStream.CompleteAsync();
        await collect;

        using var count = client.Count(new CountRequest { Count = 1 });
        Assert.True(await count.ResponseStream.MoveNext());
        Assert.False(await count.ResponseStream.MoveNext());

        using var chat = client.Chat();
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext());
    }

    private sealed class HostInterceptor : Interceptor
    {
        public List<string?> Hosts { get; } = [];

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            Hosts.Add(context.Host);
            return continuation(request, context);
        }
    }
}
