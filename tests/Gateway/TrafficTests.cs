using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

/// <summary>Accounts learns how many requests were answered and how many of them failed, each once.</summary>
public sealed class TrafficTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(
        services => services.AddSingleton<TimeProvider>(_clock));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Answers_and_failures_are_reported_and_health_checks_are_not()
    {
        await _gateway.UseSessionAsync();
        await _gateway.StopBackendAsync("jobs");
        await SendAsync("/api/wallet", HttpStatusCode.OK, 2);
        await SendAsync("/api/no-such-path", HttpStatusCode.NotFound, 2);
        await SendAsync("/api/jobs", HttpStatusCode.BadGateway, 4);
        await SendAsync("/api/health", HttpStatusCode.ServiceUnavailable, 5);
        await ReportedAsync(requests: 9, errors: 4);
    }

    [Fact]
    public async Task A_report_whose_answer_was_lost_is_sent_again_and_counts_once()
    {
        _gateway.Accounts.LostReports = 2;
        await SendAsync("/api/wallet", HttpStatusCode.OK, 2);
        await Eventually.IsTrueAsync(() => AdvancedAsync(() => _gateway.Accounts.Traffic.Count >= 1), "a report is lost");
        await SendAsync("/api/wallet", HttpStatusCode.OK, 3);
        await ReportedAsync(requests: 5, errors: 0);
        Assert.True(_gateway.Accounts.Traffic.Count >= 3);
        Assert.Equal([1, 2], _gateway.Accounts.Traffic.Select(report => report.Number).Distinct().Order());
        Assert.Single(_gateway.Accounts.Traffic.Select(report => report.GatewayId).Distinct());
    }

    private async Task SendAsync(string path, HttpStatusCode status, int times)
    {
        for (var time = 0; time < times; time++)
        {
            using var answer = await _gateway.SendAsync(HttpMethod.Get, path);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    private Task ReportedAsync(long requests, long errors) => Eventually.IsTrueAsync(
        () => AdvancedAsync(() =>
        {
            var reports = _gateway.Accounts.Traffic.DistinctBy(report => report.Number).ToList();
            return (reports.Sum(report => report.Requests), reports.Sum(report => report.Errors)) == (requests, errors);
        }),
        $"{requests} requests with {errors} errors are reported");

    private Task<bool> AdvancedAsync(Func<bool> condition)
    {
        _clock.Advance(TimeSpan.FromSeconds(10));
        return Task.FromResult(condition());
    }
}
