using Grpc.Core;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class DeadlineAndCancellationTests : IAsyncLifetime
{
    private EchoServer _server = null!;

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(2);

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client().HangAsync(new HangRequest { Key = "late" }, deadline: deadline));

        Assert.Equal(StatusCode.DeadlineExceeded, refusal.StatusCode);
        await _server.Journal.Until("late has a deadline");
        await _server.Journal.Until("late cancelled");
    }

    [Fact]
    public async Task A_deadline_in_the_past_fails_at_once_and_never_reaches_the_server()
    {
        var past = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-1);

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client().StumbleAsync(new StumbleRequest { Key = "past" }, deadline: past));

        Assert.Equal(StatusCode.DeadlineExceeded, refusal.StatusCode);
        Assert.Equal(1, _server.Journal.NextAttempt("past"));
    }

    [Fact]
    public async Task The_server_keeps_the_deadline_of_a_client_that_does_not()
    {
        var response = await RawCall.SendAsync(
            _server, "Hang", new HangRequest { Key = "raw" }, request => request.Headers.Add("grpc-timeout", "300m"));

        Assert.Equal(((int)StatusCode.DeadlineExceeded).ToString(), response.Trailer("grpc-status"));
        await _server.Journal.Until("raw cancelled");
    }

    [Fact]
    public async Task A_client_that_cancels_stops_the_server()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _server.Client().HangAsync(new HangRequest { Key = "token" }, cancellationToken: cancellation.Token).ResponseAsync;
        await _server.Journal.Until("token began");

        await cancellation.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        await _server.Journal.Until("token cancelled");
    }

    [Fact]
    public async Task A_client_that_disposes_a_stream_stops_the_server()
    {
        using (var call = _server.Client().Count(new CountRequest { Forever = true }))
        {
            Assert.True(await call.ResponseStream.MoveNext());
        }

        await _server.Journal.Until("count cancelled");
    }

    [Fact]
    public async Task A_token_given_to_the_reading_cancels_the_call()
    {
        using var cancellation = new CancellationTokenSource();
        using var call = _server.Client().Count(new CountRequest { Forever = true });

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation.Token))
            {
                Assert.InRange(response.Number, 1, 10_000);
                if (response.Number == 3)
                {
                    await cancellation.CancelAsync();
                }
            }
        });

        Assert.Equal(StatusCode.Cancelled, refusal.StatusCode);
        await _server.Journal.Until("count cancelled");
    }

    [Fact]
    public async Task A_server_that_cancels_ends_the_call_with_its_detail()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client().RefuseAsync(new RefuseRequest { Code = (int)StatusCode.Cancelled, Detail = "not today" }));

        Assert.Equal((StatusCode.Cancelled, "not today"), (refusal.StatusCode, refusal.Status.Detail));
    }

    [Fact]
    public async Task A_server_that_breaks_the_stream_off_ends_the_call()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client().HangAsync(new HangRequest { Key = "abort", Abort = true }));

        Assert.NotEqual(StatusCode.OK, refusal.StatusCode);
        Assert.NotNull(refusal.Status.DebugException);
    }
}
