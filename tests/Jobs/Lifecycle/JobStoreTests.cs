using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The writes to a job's intents, without the loops that process them.</summary>
public sealed class JobStoreTests : IAsyncLifetime
{
    private static readonly IOptions<JobsOptions> Settings = Options.Create(new JobsOptions());

    private TestDatabase _database = null!;
    private NpgsqlDataSource _dataSource = null!;
    private IntentQueue _queue = null!;
    private JobStore _store = null!;
    private Job _job = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _dataSource = NpgsqlDataSource.Create(_database.ConnectionString);
        var contexts = new PooledDbContextFactory<JobsDbContext>(
            new DbContextOptionsBuilder<JobsDbContext>().UseServiceDatabase(_dataSource).Options);
        await using (var context = await contexts.CreateDbContextAsync())
        {
            await context.Database.MigrateAsync();
        }
        _queue = new IntentQueue(_dataSource, Settings);
        _store = new JobStore(contexts, new IntentSignals(), Settings, TimeProvider.System);
        _job = new Job(TimeProvider.System.GetUtcNow().TruncateToMicroseconds())
        {
            JobId = Guid.NewGuid(),
            UserId = Guid.NewGuid(),
            ProjectId = "project",
            SourceKey = "key",
            CostCents = 5,
            PaidSeconds = 30,
            Work = new Work([], [], null, "1080p"),
        };
        Assert.Equal(JobInsertion.Inserted, await _store.TryInsertAsync(_job, CancellationToken.None));
        await _database.ExecuteAsync("update intents set due_at = '-infinity'");
    }

    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_job_is_inserted_once_with_the_intent_to_abandon_it()
    {
        Assert.Equal(JobInsertion.OperationHasJob, await _store.TryInsertAsync(_job, CancellationToken.None));
        Assert.Equal("abandon", await _database.ScalarAsync<string>("select string_agg(kind, ',') from intents"));
    }

    [Fact]
    public async Task A_job_whose_hold_was_confirmed_is_not_abandoned()
    {
        await UpdateAsync(locked => Assert.True(locked.Queue()));
        await UpdateAsync(locked => locked.Abandon());
        Assert.Equal("queued dispatch", await _database.ScalarAsync<string>(
            "select status || ' ' || string_agg(kind, ',') from jobs join intents using (job_id) where outcome is null group by status"));
    }

    [Fact]
    public async Task An_intent_that_is_being_changed_is_not_leased()
    {
        var leased = -1;
        await UpdateAsync(_ => leased = _queue.LeaseAsync(IntentKind.Abandon, 1, CancellationToken.None).GetAwaiter().GetResult().Count);
        Assert.Equal(0, leased);
        Assert.Single(await _queue.LeaseAsync(IntentKind.Abandon, 1, CancellationToken.None));
    }

    [Fact]
    public async Task An_attempt_whose_lease_was_lost_changes_nothing()
    {
        var lost = await LeaseAsync();
        await _database.ExecuteAsync("update intents set leased_until = '-infinity'");
        await LeaseAsync();
        var before = await IntentAsync();

        var hasLease = true;
        await UpdateAsync(locked => hasLease = locked.HasLease(lost));
        Assert.False(hasLease);
        await UpdateAsync(locked => locked.Reschedule(lost, TimeSpan.Zero, attempts: 7, locked.Now, "error"));
        await UpdateAsync(locked => locked.Fail(lost, TimeSpan.Zero, "error", isOutage: false));
        await UpdateAsync(locked => locked.Release(lost));

        Assert.Equal(before, await IntentAsync());
    }

    [Fact]
    public async Task A_rescheduled_intent_keeps_its_last_error_and_loses_its_failures()
    {
        var lease = await LeaseAsync();
        await UpdateAsync(locked => locked.Fail(lease, TimeSpan.FromMinutes(-1), "broken\0" + new string('a', 600), isOutage: true));
        Assert.Equal(1, await _database.ScalarAsync<int>("select failures from intents where lease_id is null and attempts = 0"));
        Assert.Equal("broken " + new string('a', 493), await _database.ScalarAsync<string>("select last_error from intents"));

        lease = await LeaseAsync();
        Assert.Equal((0, 1), (lease.Attempts, lease.Failures));
        await UpdateAsync(locked => locked.Reschedule(lease, TimeSpan.FromMinutes(-1), attempts: 3, waitingSince: locked.Now));
        var next = await LeaseAsync();
        Assert.Equal((3, 0, true), (next.Attempts, next.Failures, next.WaitingSince is not null));
        Assert.StartsWith("broken", await _database.ScalarAsync<string>("select last_error from intents"), StringComparison.Ordinal);

        await UpdateAsync(locked => locked.Release(next));
        var again = await LeaseAsync();
        Assert.Equal((3, 0), (again.Attempts, again.Failures));
    }

    private async Task<Lease> LeaseAsync() => Assert.Single(await _queue.LeaseAsync(IntentKind.Abandon, 10, CancellationToken.None));

    private Task<string?> IntentAsync() => _database.ScalarAsync<string?>("select to_jsonb(intents)::text from intents");

    private async Task UpdateAsync(Action<LockedJob> update) =>
        Assert.True(await _store.UpdateAsync(_job.JobId, update, CancellationToken.None));
}
