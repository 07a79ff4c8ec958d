using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests.Rpc;

/// <summary>A service with our defaults, called by a client that shares no code with it: the JavaScript one of the gRPC project.</summary>
public sealed class GrpcJsTests(GrpcJsClient client) : IClassFixture<GrpcJsClient>
{
    [Theory(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    [InlineData("unary")]
    [InlineData("clientStream")]
    [InlineData("serverStream")]
    [InlineData("duplex")]
    [InlineData("refusal")]
    [InlineData("metadata")]
    [InlineData("gzip")]
    [InlineData("tooLarge")]
    [InlineData("withoutCredential")]
    public async Task An_independent_client_agrees_about(string scenario)
    {
        await using var server = await RpcServer.StartAsync();

        await client.RunAsync(server.Address, scenario);
    }

    [Theory(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    [InlineData("deadline", "js late cancelled")]
    [InlineData("cancellation", "count ended")]
    public async Task An_independent_client_stops_the_server_by(string scenario, string happened)
    {
        await using var server = await RpcServer.StartAsync();

        await client.RunAsync(server.Address, scenario);

        await server.CallLog.Until(happened);
    }
}
