using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class AdvisoryLockTests : IAsyncLifetime
{
    private const long Key = 4711;
    private TestDatabase _database = null!;
    private NpgsqlDataSource _first = null!;
    private NpgsqlDataSource _second = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _first = NpgsqlDataSource.Create(_database.ConnectionString);
        _second = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { ApplicationName = "second" });
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_lock_has_one_holder_until_it_is_released()
    {
        await using (var held = await new AdvisoryLock(_first, Key).TryTakeAsync(CancellationToken.None))
        {
            Assert.NotNull(held);
            Assert.Null(await new AdvisoryLock(_second, Key).TryTakeAsync(CancellationToken.None));
            await using var other = await new AdvisoryLock(_second, Key + 1).TryTakeAsync(CancellationToken.None);
            Assert.NotNull(other);
        }
        await using var next = await new AdvisoryLock(_second, Key).TryTakeAsync(CancellationToken.None);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task The_lock_of_a_broken_connection_is_free_and_its_release_does_not_fail()
    {
        var held = await new AdvisoryLock(_second, Key).TryTakeAsync(CancellationToken.None);
        await _database.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'second'");
        await Eventually.BecomesAsync(
            () => new AdvisoryLock(_first, Key).TryTakeAsync(CancellationToken.None), next => next is not null, "the lock is free");
        await held!.DisposeAsync();
    }

    [Fact]
    public async Task A_replica_skips_its_rounds_while_another_holds_the_lock()
    {
        using var logs = new CollectedLogs();
        var clock = new ManualClock();
        using var worker = new TestWorker(new AdvisoryLock(_second, Key), clock, logs.CreateLogger("worker"));
        await worker.StartAsync(CancellationToken.None);
        await using (await new AdvisoryLock(_first, Key).TryTakeAsync(CancellationToken.None))
        {
            clock.Advance(TestWorker.Interval);
            await Eventually.IsTrueAsync(
                async () => await _database.ScalarAsync<long>(
                    """
                    select count(*) from pg_stat_activity
                    where application_name = 'second' and state = 'idle' and query like '%try_advisory_lock%'
                    """) == 1,
                "the replica asked for the lock");
            Assert.Equal(0, worker.Rounds);
        }
        await worker.NextRoundAsync();
        await worker.NextRoundAsync();
        await worker.StopAsync(CancellationToken.None);
        Assert.Equal(2, worker.Rounds);
        Assert.Empty(logs.Lines);
    }
}
