using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReelBallers.Payments.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Accounts.Tests;

/// <summary>A stream whose time is over is opened again, as one that may have died silently.</summary>
public sealed class StreamEndTests(FeedFixture accounts) : IClassFixture<FeedFixture>
{
    [Fact]
    public async Task The_end_of_a_streams_time_is_no_outage()
    {
        using var logs = new CollectedLogs();
        using var feed = new BriefFeed(accounts.App.Services, logs.CreateLogger("brief"));
        await feed.StartAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(feed.Streams >= 3), "the stream is opened again");
        await feed.StopAsync(CancellationToken.None);
        Assert.Empty(logs.Lines);
        Assert.DoesNotContain(accounts.Logs.Lines, line => line.Contains("Grpc.Net.Client", StringComparison.Ordinal));
        Assert.Equal(0L, await accounts.Database.ScalarAsync<long>(
            "select count(*) from feed_cursors where name = 'brief' and lease_id is not null"));
    }

    private sealed class BriefFeed(IServiceProvider services, ILogger logger)
        : FeedWorker("brief", services.GetRequiredService<IServiceScopeFactory>(), TimeProvider.System, logger)
    {
        public int Streams { get; private set; }

        protected override async Task FollowAsync(FeedCursor cursor, CancellationToken stoppingToken)
        {
            Streams++;
            var payments = services.GetRequiredService<PaymentsService.PaymentsServiceClient>();
            await foreach (var _ in BatchesAsync(
                end => payments.WatchPayments(new WatchPaymentsRequest { AfterSequence = long.MaxValue }, cancellationToken: end),
                FeedCursors.Lease, TimeSpan.FromSeconds(1), stoppingToken))
            {
            }
        }
    }
}
