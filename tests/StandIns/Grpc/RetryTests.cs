using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using ReelBallers.StandIns.Echo.V1;
using static ReelBallers.StandIns.Echo.V1.EchoService;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class RetryTests : IAsyncLifetime
{
    private EchoServer _server = null!;
    private EchoServiceClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await EchoServer.StartAsync();
        var policy = new RetryPolicy
        {
            MaxAttempts = 4,
            InitialBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(10),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        };
        _client = _server.Client(new GrpcChannelOptions
        {
            ServiceConfig = new ServiceConfig { MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = policy } } },
        });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_call_that_stumbles_is_made_again_until_it_succeeds()
    {
        var response = await _client.StumbleAsync(new StumbleRequest { Key = "thrice", Failures = 3 });

        Assert.Equal(4, response.Attempts);
    }

    [Fact]
    public async Task A_call_is_given_up_after_the_last_attempt()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await _client.StumbleAsync(new StumbleRequest { Key = "ever", Failures = 100 }));

        Assert.Equal((StatusCode.Unavailable, "attempt 4"), (refusal.StatusCode, refusal.Status.Detail));
        Assert.Equal(5, _server.Journal.NextAttempt("ever"));
    }

    [Fact]
    public async Task A_client_without_a_policy_makes_a_call_once()
    {
        await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client().StumbleAsync(new StumbleRequest { Key = "once", Failures = 100 }));

        Assert.Equal(2, _server.Journal.NextAttempt("once"));
    }
}
