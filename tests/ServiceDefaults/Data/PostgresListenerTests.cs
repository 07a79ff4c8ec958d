using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class PostgresListenerTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private NpgsqlDataSource _dataSource = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _dataSource = NpgsqlDataSource.Create(_database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Notifications_of_the_channel_are_received_in_order()
    {
        using var listener = await StartAsync(_dataSource, TimeProvider.System, NullLogger.Instance);
        await _database.ExecuteAsync("select pg_notify('sample', 'a'), pg_notify('other', 'x'), pg_notify('sample', 'b')");
        await Eventually.IsTrueAsync(() => Task.FromResult(listener.Payloads.Count == 2), "both are received");
        Assert.Equal(["a", "b"], listener.Payloads);
        await listener.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_lost_connection_is_reopened_and_reported_to_the_subclass()
    {
        using var log = new CollectedLogs();
        var clock = new ManualClock();
        using var listener = await StartAsync(_dataSource, clock, log.CreateLogger(""));
        await _database.ExecuteAsync(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and query = 'listen sample'
            """);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(log.Lines.Any(line => line.StartsWith("Warning", StringComparison.Ordinal))), "the loss is logged");
        Assert.Equal(1, listener.Connects);

        await Eventually.IsTrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(200));
                return Task.FromResult(listener.Connects == 2);
            },
            "it is connected again");
        await _database.ExecuteAsync("select pg_notify('sample', 'after')");
        await Eventually.IsTrueAsync(() => Task.FromResult(listener.Payloads.Contains("after")), "it listens again");
        Assert.Collection(
            log.Lines,
            line => Assert.Contains("Listening on sample failed; it is retried", line, StringComparison.Ordinal),
            line => Assert.Contains("Recovered: Listening on sample failed", line, StringComparison.Ordinal));
        await listener.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_delay_between_attempts_doubles_up_to_ten_seconds()
    {
        await using var unreachable = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=none;Timeout=1");
        var clock = new ImpatientClock();
        using var listener = new SampleListener(unreachable, clock, NullLogger.Instance);
        await listener.StartAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(clock.Delays.Count >= 8), "it has tried eight times");
        await listener.StopAsync(CancellationToken.None);
        Assert.Equal(
            [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000], clock.Delays.Take(8).Select(delay => (int)delay.TotalMilliseconds));
        Assert.Equal(0, listener.Connects);
    }

    [Fact]
    public async Task A_stop_ends_the_connection()
    {
        using var listener = await StartAsync(_dataSource, TimeProvider.System, NullLogger.Instance);
        await listener.StopAsync(CancellationToken.None);
        Assert.True(listener.ExecuteTask!.IsCompletedSuccessfully);
    }

    private static async Task<SampleListener> StartAsync(NpgsqlDataSource dataSource, TimeProvider time, ILogger logger)
    {
        var listener = new SampleListener(dataSource, time, logger);
        await listener.StartAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(listener.Connects == 1), "it is connected");
        return listener;
    }

    /// <summary>Records delays and ends them at once.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Delays { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Delays.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private sealed class SampleListener(NpgsqlDataSource dataSource, TimeProvider time, ILogger logger)
        : PostgresListener("sample", dataSource, time, logger)
    {
        private int _connects;

        public int Connects => Volatile.Read(ref _connects);

        public ConcurrentQueue<string> Payloads { get; } = new();

        protected override void OnNotification(string payload) => Payloads.Enqueue(payload);

        protected override void OnConnected() => Interlocked.Increment(ref _connects);
    }
}
