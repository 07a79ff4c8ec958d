using Google.Protobuf;
using Grpc.Core;
using ReelBallers.ServiceDefaults.Tests.Rpc.V1;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

/// <summary>The gRPC defaults: authentication, limits, deadlines and errors.</summary>
public sealed class RpcDefaultsTests : IAsyncLifetime
{
    private static readonly SayRequest Large = new() { Payload = ByteString.CopyFrom(new byte[20 << 20]) };
    private RpcServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RpcServer.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_call_without_the_internal_credential_is_unauthenticated()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.BareClient().SayAsync(new SayRequest()));
        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);

        var response = await _server.BareClient().SayAsync(new SayRequest { Text = "hello" }, RpcServer.Credential());
        Assert.Equal("hello", response.Text);
    }

    [Fact]
    public async Task Our_clients_send_the_credential_in_unary_and_streaming_calls()
    {
        var client = _server.Client();
        Assert.Equal("hello", (await client.SayAsync(new SayRequest { Text = "hello" })).Text);

        using var call = client.Count(new CountRequest { Count = 3 });
        var numbers = await call.ResponseStream.ReadAllAsync().Select(response => response.Number).ToListAsync();
        Assert.Equal([1, 2, 3], numbers);
    }

    [Fact]
    public async Task The_server_rejects_a_message_of_20_MiB_and_keeps_serving()
    {
        var client = _server.BareClient();
        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.SayAsync(Large, RpcServer.Credential()));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Equal("still here", (await client.SayAsync(new SayRequest { Text = "still here" }, RpcServer.Credential())).Text);
    }

    [Fact]
    public async Task The_server_rejects_a_small_message_that_unpacks_to_20_MiB()
    {
        var gzip = RpcServer.Credential(new Metadata.Entry("grpc-internal-encoding-request", "gzip"));
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.BareClient().SayAsync(Large, gzip));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task A_unary_call_of_our_clients_has_a_deadline_and_ends_when_it_is_cancelled()
    {
        using var giveUp = new CancellationTokenSource();
        var call = _server.Client().HangAsync(new HangRequest { Key = "default" }, cancellationToken: giveUp.Token).ResponseAsync;
        await _server.CallLog.Until("default has a deadline");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await _server.CallLog.Until("default cancelled");
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        // Connected, so that the deadline begins to run with the call.
        await _server.Client().StumbleAsync(new StumbleRequest { Key = "connected", Failures = 0 });
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(4);
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
            await _server.Client().HangAsync(new HangRequest { Key = "late" }, deadline: deadline));
        // Whichever side's clock is the first: both are an outage to our callers.
        Assert.True(error is OperationCanceledException or RpcException { StatusCode: StatusCode.DeadlineExceeded }, error.ToString());
        Assert.True(Outages.IsOutage(error, CancellationToken.None));
        await _server.CallLog.Until("late cancelled");
    }

    [Fact]
    public async Task A_client_that_disposes_a_stream_stops_the_server()
    {
        using (var call = _server.Client().Count(new CountRequest { Forever = true }))
        {
            Assert.True(await call.ResponseStream.MoveNext());
        }
        await _server.CallLog.Until("count ended");
    }

    [Fact]
    public async Task Our_clients_retry_a_call_while_the_service_is_unavailable()
    {
        Assert.Equal(4, (await _server.Client().StumbleAsync(new StumbleRequest { Key = "thrice", Failures = 3 })).Attempts);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client().StumbleAsync(new StumbleRequest { Key = "always", Failures = 100 }));
        Assert.Equal((StatusCode.Unavailable, "attempt 5"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task A_rejection_arrives_with_code_detail_and_trailers()
    {
        foreach (var code in Enum.GetValues<StatusCode>().Except([StatusCode.OK]))
        {
            const string Detail = "5 € short, 100% sure\nsecond line";
            var error = await Assert.ThrowsAsync<RpcException>(async () =>
                await _server.BareClient().RefuseAsync(new RefuseRequest { Code = (int)code, Detail = Detail }, RpcServer.Credential()));
            Assert.Equal((code, Detail), (error.StatusCode, error.Status.Detail));
            Assert.Equal("insufficient_credits", error.ErrorCode());
            Assert.Equal([0, 255], error.Trailers.GetValueBytes("error-bin"));
        }
    }

    [Theory]
    [InlineData("bug", StatusCode.Internal, "internal_error")]
    [InlineData("outage", StatusCode.Unavailable, "database_unavailable")]
    [InlineData("outage of another service", StatusCode.Unavailable, "service_unavailable")]
    [InlineData("deadline of another service", StatusCode.Unavailable, "service_unavailable")]
    [InlineData("timeout", StatusCode.Unavailable, "service_unavailable")]
    [InlineData("rejection by another service", StatusCode.Internal, "internal_error")]
    [InlineData("our credential is wrong", StatusCode.Internal, "internal_error")]
    public async Task An_exception_of_a_handler_becomes_a_status_that_hides_its_message(string how, StatusCode status, string code)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.BareClient().BreakAsync(new BreakRequest { How = how }, RpcServer.Credential()));
        Assert.Equal((status, code), (error.StatusCode, error.ErrorCode()));
        Assert.DoesNotContain("secret", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_in_the_middle_of_a_stream_becomes_a_status_that_hides_its_message()
    {
        using var call = _server.Client().Count(new CountRequest { Count = 2, FailAtEnd = true });
        var error = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.ReadAllAsync().CountAsync());
        Assert.Equal((StatusCode.Internal, "internal_error"), (error.StatusCode, error.ErrorCode()));
        Assert.DoesNotContain("secret", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_after_the_caller_left_is_not_logged_as_an_error()
    {
        using var logs = new CollectedLogs();
        await using (var server = await RpcServer.StartAsync(logs: logs))
        {
            using (var call = server.Client().Count(new CountRequest { Count = 1, WriteAfterCancellation = true }))
            {
                Assert.True(await call.ResponseStream.MoveNext());
            }
            await server.CallLog.Until("late write");
        }
        Assert.DoesNotContain(logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }
}
