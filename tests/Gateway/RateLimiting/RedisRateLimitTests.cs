using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>The same limits counted in a real Redis, and what happens without it.</summary>
public sealed class RedisRateLimitTests(RedisFixture redis) : RateLimitTests, IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Two_Gateways_share_the_limits()
    {
        await using var first = await StartAsync();
        await using var second = await TestGateway.StartAsync(("ConnectionStrings:redis", redis.Server.ConnectionString));
        var (_, token) = await first.OpenSessionAsync();
        Assert.Contains(HttpStatusCode.TooManyRequests, await SendManyAsync(100, _ => TopUpAsync(first, token)));
        // A bucket in the second Gateway's memory would be full, with 60. The shared one gets two in a second.
        Assert.Contains(HttpStatusCode.TooManyRequests, await SendManyAsync(60, _ => TopUpAsync(second, token)));
    }

    [Theory]
    [InlineData("killed")]
    [InlineData("suspended")]
    public async Task While_Redis_is_away_no_request_fails_and_each_Gateway_counts_alone(string how)
    {
        using var own = await RedisFixture.StartServerAsync();
        using var logs = new CollectedLogs();
        var clock = new ManualClock();
        await using var gateway = await TestGateway.StartAsync(
            services =>
            {
                logs.Register(services);
                services.AddSingleton<TimeProvider>(clock);
            },
            ("ConnectionStrings:redis", own.ConnectionString));
        var (_, token) = await gateway.OpenSessionAsync();
        await SendWellAsync(gateway, token);
        Assert.NotEqual(":0", await own.ExecuteAsync("DBSIZE"));
        Assert.DoesNotContain(logs.Lines, IsOutage);

        Action end = how == "killed" ? own.Kill : own.Suspend;
        end();
        for (var pause = 0; pause < 3; pause++)
        {
            for (var request = 0; request < 20; request++)
            {
                await SendWellAsync(gateway, token);
            }
            // The next request asks Redis again.
            clock.Advance(Pause);
        }
        (await UntilLimitedAsync(gateway, token)).Dispose();
        Assert.Single(logs.Lines, IsOutage);

        await (how == "killed" ? own.RestartAsync() : ResumeEmptyAsync(own));
        await Eventually.IsTrueAsync(
            async () =>
            {
                clock.Advance(Pause);
                (await SendAsync(gateway, token)).Dispose();
                return await own.ExecuteAsync("DBSIZE") != ":0";
            },
            "Redis is asked again");
        // From now on every request asks it.
        Assert.Equal("+OK", await own.ExecuteAsync("FLUSHALL"));
        await SendWellAsync(gateway, token);
        Assert.NotEqual(":0", await own.ExecuteAsync("DBSIZE"));
        Assert.Single(logs.Lines, IsOutage);
    }

    [Fact]
    public async Task A_Redis_that_cannot_be_reached_does_not_stop_the_start()
    {
        using var logs = new CollectedLogs();
        await using var gateway = await TestGateway.StartAsync(
            logs.Register, ("ConnectionStrings:redis", $"127.0.0.1:{TestPort.Take()},password=secret-word"));
        using var answer = await gateway.Client.GetAsync("/api/wallet");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(logs.Lines, IsOutage);
        Assert.DoesNotContain(logs.Lines, line => line.Contains("secret-word", StringComparison.Ordinal));
    }

    private protected override async Task<TestGateway> StartAsync()
    {
        RedisFixture.SkipWithoutServer();
        Assert.Equal("+OK", await redis.Server.ExecuteAsync("FLUSHALL"));
        return await TestGateway.StartAsync(("ConnectionStrings:redis", redis.Server.ConnectionString));
    }

    private static async Task ResumeEmptyAsync(RedisServer server)
    {
        server.Resume();
        Assert.Equal("+OK", await server.ExecuteAsync("FLUSHALL"));
    }

    private static async Task SendWellAsync(TestGateway gateway, string token)
    {
        using var answer = await SendAsync(gateway, token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static bool IsOutage(string line) => line.Contains("Redis is unavailable", StringComparison.Ordinal);

    private static Task<HttpResponseMessage> TopUpAsync(TestGateway gateway, string token) =>
        gateway.SendAsync(HttpMethod.Post, "/api/topup", ("Authorization", $"Bearer {token}"));
}

/// <summary>One server for the tests that share it; they flush it.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private RedisServer? _server;

    internal RedisServer Server => _server ?? throw new InvalidOperationException(RedisServer.Missing);

    internal static void SkipWithoutServer() => Assert.SkipUnless(RedisServer.IsExpected, RedisServer.Missing);

    internal static Task<RedisServer> StartServerAsync()
    {
        SkipWithoutServer();
        return RedisServer.StartAsync();
    }

    public async ValueTask InitializeAsync() => _server = RedisServer.IsExpected ? await RedisServer.StartAsync() : null;

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }
}
