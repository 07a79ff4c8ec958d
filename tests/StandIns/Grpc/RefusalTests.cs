using Grpc.Core;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class RefusalTests : IAsyncLifetime
{
    private EchoServer _server = null!;

    public static TheoryData<StatusCode> Refusals => [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_arrives_with_code_detail_and_trailers(StatusCode code)
    {
        var detail = $"{code}: 5 € short, 100% sure\nsecond line";

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client().RefuseAsync(new RefuseRequest { Code = (int)code, Detail = detail }));

        Assert.Equal((code, detail), (refusal.StatusCode, refusal.Status.Detail));
        Assert.Equal("insufficient_credits", refusal.Trailers.GetValue("error-code"));
        Assert.Equal([0, 255], refusal.Trailers.GetValueBytes("error-bin"));
    }

    [Fact]
    public async Task The_codes_are_those_of_the_wire()
    {
        foreach (var code in Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK))
        {
            var response = await RawCall.SendAsync(_server, "Refuse", new RefuseRequest { Code = (int)code });

            Assert.Equal(((int)code).ToString(), response.Trailer("grpc-status"));
        }

        Assert.Equal(
            "OK=0 Cancelled=1 Unknown=2 InvalidArgument=3 DeadlineExceeded=4 NotFound=5 AlreadyExists=6 PermissionDenied=7 "
            + "ResourceExhausted=8 FailedPrecondition=9 Aborted=10 OutOfRange=11 Unimplemented=12 Internal=13 Unavailable=14 "
            + "DataLoss=15 Unauthenticated=16",
            string.Join(' ', Enum.GetValues<StatusCode>().Select(code => $"{code}={(int)code}")));
    }

    [Fact]
    public async Task A_method_that_no_service_has_is_unimplemented()
    {
        var response = await RawCall.SendAsync(_server, "Nothing", new SayRequest());

        Assert.Equal("12", response.Trailer("grpc-status"));
    }

    [Fact]
    public async Task A_bug_in_a_method_is_unknown_and_keeps_its_message_to_itself()
    {
        await using var server = await EchoServer.StartAsync(options => options.Interceptors.Add<BrokenInterceptor>());

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await server.Client().SayAsync(new SayRequest()));

        Assert.Equal(StatusCode.Unknown, refusal.StatusCode);
        Assert.DoesNotContain("secret", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_with_the_cause_at_hand()
    {
        var client = _server.Client();
        await _server.DisposeAsync();

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await client.SayAsync(new SayRequest()));

        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        Assert.NotNull(refusal.Status.DebugException);
        Assert.Same(refusal.Status.DebugException, refusal.InnerException);
    }
}
