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
}
