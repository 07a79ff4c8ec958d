using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ReelBallers.Gateway.Tests;

public sealed class MemoryRateLimitTests : RateLimitTests
{
    [Fact]
    public async Task Nothing_is_limited_when_switched_off()
    {
        await using var gateway = await TestGateway.StartAsync(("RateLimits:Mode", "off"));
        var (_, token) = await gateway.OpenSessionAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ =>
        {
            using var answer = await SendAsync(gateway, token);
            return answer.StatusCode;
        }));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task A_misspelled_mode_fails_the_start() =>
        await Assert.ThrowsAnyAsync<OptionsValidationException>(() => TestGateway.StartAsync(("RateLimits:Mode", "of")));

    [Theory]
    [InlineData("ConnectionStrings:redis", "localhost:6379,pasword=secret-word")]
    [InlineData("ConnectionStrings:redis", "password=secret-word")]
    [InlineData("REDIS_URL", "http://:secret-word@localhost:6379")]
    [InlineData("REDIS_URL", "redis://:secret-word@localhost/first")]
    public async Task A_wrong_address_of_Redis_fails_the_start_without_showing_its_password(string name, string value)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestGateway.StartAsync((name, value)));
        Assert.StartsWith($"{name} is not valid. Set it to ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://cache", "Unspecified/cache:6379", null, null, false, null)]
    [InlineData("redis://:p%40ss@cache:6380/2", "Unspecified/cache:6380", null, "p@ss", false, 2)]
    [InlineData("rediss://me:p%3Ass@cache:6380", "Unspecified/cache:6380", "me", "p:ss", true, null)]
    public void The_address_of_Redis_may_be_a_URL(
        string url, string endpoint, string? user, string? password, bool isTls, int? database)
    {
        var options = RedisSettings.From(new ConfigurationBuilder().AddInMemoryCollection([new("REDIS_URL", url)]).Build())!;
        Assert.Equal(
            (endpoint, user, password, isTls, database),
            ($"{Assert.Single(options.EndPoints)}", options.User, options.Password, options.Ssl, options.DefaultDatabase));
    }

    private protected override Task<TestGateway> StartAsync() => TestGateway.StartAsync();
}
