using Grpc.Core;
using ReelBallers.Accounts.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>Operators are told when too many requests fail, over all Gateways.</summary>
public sealed class ErrorRateTests(AlertsFixture accounts) : IClassFixture<AlertsFixture>, IAsyncLifetime
{
    private readonly string _one = $"{Guid.NewGuid()}";
    private readonly string _two = $"{Guid.NewGuid()}";

    public async ValueTask InitializeAsync() => await accounts.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task More_than_one_percent_of_all_Gateways_is_told_until_it_is_over()
    {
        await ReportAsync(_one, 1, requests: 150, errors: 2);
        await ReportAsync(_two, 1, requests: 150, errors: 1);
        // Again, since its answer was lost.
        await ReportAsync(_one, 1, requests: 150, errors: 2);
        await accounts.PollAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.ErrorRate));

        await ReportAsync(_one, 2, requests: 100, errors: 2);
        await accounts.PollAsync();
        Assert.Equal("requests", await accounts.OpenAsync(AlertKinds.ErrorRate));
        Assert.Equal("5 of 400 requests have failed in 5 minutes, more than 1 %.",
            await accounts.Database.ScalarAsync<string>("select text from alerts"));
        accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        await accounts.AlertAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.ErrorRate));
    }

    [Theory]
    [InlineData(19, 19, "")]
    [InlineData(20, 10, "")]
    [InlineData(20, 11, "requests")]
    [InlineData(150, 150, "requests")]
    [InlineData(199, 99, "")]
    public async Task Of_a_few_requests_most_must_fail(long requests, long errors, string expected)
    {
        await ReportAsync(_one, 1, requests, errors);
        await accounts.PollAsync();
        Assert.Equal(expected, await accounts.OpenAsync(AlertKinds.ErrorRate));
    }

    [Fact]
    public async Task Where_few_requests_come_the_latest_of_a_day_count()
    {
        for (var number = 1; number <= 5; number++)
        {
            await ReportAsync(_one, number, requests: 50, errors: 1);
            accounts.Clock.Advance(TimeSpan.FromHours(4));
        }
        await accounts.PollAsync();
        // The latest 200 have four errors.
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.ErrorRate));
        await ReportAsync(_two, 1, requests: 50, errors: 2);
        await accounts.PollAsync();
        Assert.Equal("requests", await accounts.OpenAsync(AlertKinds.ErrorRate));
        Assert.Equal("5 of the last 200 requests of a day have failed, more than 1 %.",
            await accounts.Database.ScalarAsync<string>("select text from alerts"));
        await ReportAsync(_two, 2, requests: 50, errors: 0);
        await accounts.PollAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.ErrorRate));
    }

    [Fact]
    public async Task What_is_older_than_a_day_does_not_count()
    {
        await ReportAsync(_one, 1, requests: 100, errors: 100);
        accounts.Clock.Advance(TimeSpan.FromDays(1));
        await accounts.AlertAsync();
        Assert.Equal("", await accounts.OpenAsync(AlertKinds.ErrorRate));
    }

    [Fact]
    public async Task Impossible_reports_are_rejected()
    {
        foreach (var (id, number, requests, errors) in new[]
        {
            ("x", 1L, 1L, 0L), (_one, 0, 1, 0), (_one, 1, -1, 0), (_one, 1, 1, 2), (_one, 1, 1, -1), (_one, 1, long.MaxValue, 0),
        })
        {
            var rejected = await Assert.ThrowsAsync<RpcException>(() => ReportAsync(id, number, requests, errors));
            Assert.Equal(StatusCode.InvalidArgument, rejected.StatusCode);
        }
        Assert.Equal(0, await accounts.Database.ScalarAsync<long>("select count(*) from gateway_traffic"));
    }

    private async Task ReportAsync(string gateway, long number, long requests, long errors) => await accounts.Rpc().ReportTrafficAsync(
        new ReportTrafficRequest { GatewayId = gateway, Number = number, Requests = requests, Errors = errors });
}
