using Grpc.Core;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class CallKindsTests : IAsyncLifetime
{
    private EchoServer _server = null!;

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_unary_call_gives_its_response()
    {
        var client = _server.Client();

        Assert.Equal("hello", (await client.SayAsync(new SayRequest { Text = "hello" })).Text);
        Assert.Equal("blocking", client.Say(new SayRequest { Text = "blocking" }).Text);
    }

    [Fact]
    public async Task A_stream_of_requests_gives_one_response()
    {
        using var call = _server.Client().Collect();
        foreach (var text in new[] { "one", "two", "three" })
        {
            await call.RequestStream.WriteAsync(new CollectRequest { Text = text }, CancellationToken.None);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal("one two three", (await call).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task One_request_gives_a_stream_of_responses()
    {
        using var call = _server.Client().Count(new CountRequest { Count = 1000 });
        var numbers = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            numbers.Add(response.Number);
        }

        Assert.Equal(Enumerable.Range(1, 1000), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Both_sides_of_a_duplex_call_take_turns()
    {
        using var call = _server.Client().Chat();
        foreach (var text in new[] { "a", "b", "c" })
        {
            await call.RequestStream.WriteAsync(new ChatRequest { Text = text });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(text, call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task A_service_that_is_bound_by_hand_serves_every_kind_of_call()
    {
        await using var server = await EchoServer.StartAsync(bindByHand: true);
        var client = server.Client();
        using var collect = client.Collect();
        using var chat = client.Chat();
        using var count = client.Count(new CountRequest { Count = 1 });

        await collect.RequestStream.WriteAsync(new CollectRequest { Text = "collected" });
        await collect.RequestStream.CompleteAsync();
        await chat.RequestStream.WriteAsync(new ChatRequest { Text = "answered" });

        Assert.Equal("said", (await client.SayAsync(new SayRequest { Text = "said" })).Text);
        Assert.Equal("collected", (await collect).Text);
        Assert.True(await count.ResponseStream.MoveNext());
        Assert.True(await chat.ResponseStream.MoveNext());
        Assert.Equal("answered", chat.ResponseStream.Current.Text);
    }

    [Fact]
    public async Task A_writer_that_knows_no_cancellation_refuses_a_token_that_could_cancel()
    {
        IAsyncStreamWriter<string> writer = new ListWriter();
        using var cancellation = new CancellationTokenSource();

        await writer.WriteAsync("kept", CancellationToken.None);

        await Assert.ThrowsAsync<NotSupportedException>(() => writer.WriteAsync("refused", cancellation.Token));
        Assert.Equal(["kept"], ((ListWriter)writer).Written);
    }

    private sealed class ListWriter : IAsyncStreamWriter<string>
    {
        public List<string> Written { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message)
        {
            Written.Add(message);
            return Task.CompletedTask;
        }
    }
}
