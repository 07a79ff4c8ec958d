using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The order in which waiting jobs are dispatched, with many of them.</summary>
public sealed class TurnTests : IAsyncLifetime
{
    private const string Framing = "framing";
    private static readonly IOptions<JobsOptions> Settings = Options.Create(new JobsOptions());

    private TestDatabase _database = null!;
    private NpgsqlDataSource _dataSource = null!;
    private TurnQueue _turns = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _dataSource = NpgsqlDataSource.Create(_database.ConnectionString);
        var contexts = new PooledDbContextFactory<JobsDbContext>(
            new DbContextOptionsBuilder<JobsDbContext>().UseServiceDatabase(_dataSource).Options);
        await using var context = await contexts.CreateDbContextAsync();
        await context.Database.MigrateAsync();
        _turns = new TurnQueue(_dataSource, Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_first_job_of_a_user_is_not_behind_the_thousand_of_another()
    {
        var (many, one) = (Guid.NewGuid(), Guid.NewGuid());
        await QueueAsync(many, 1000);
        await QueueAsync(one, 1);
        var users = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            users.Add(await NextUserAsync());
        }
        Assert.Contains(one, users[..2]);
        Assert.Equal(many, users[2]);
    }

    [Fact]
    public async Task Jobs_that_a_user_queues_at_the_same_time_have_a_turn_each()
    {
        var user = Guid.NewGuid();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => QueueAsync(user, 1)));
        Assert.Equal(40, await _database.ScalarAsync<long>("select count(distinct turn) from intents"));
    }

    [Fact]
    public async Task Users_take_turns_whatever_they_have_queued()
    {
        var users = new[] { Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid() };
        await QueueAsync(users[0], 20);
        await QueueAsync(users[1], 10);
        await QueueAsync(users[2], 5);
        for (var round = 0; round < 5; round++)
        {
            var served = new HashSet<Guid> { await NextUserAsync(), await NextUserAsync(), await NextUserAsync() };
            Assert.Equal(3, served.Count);
        }
    }

    [Fact]
    public async Task Who_comes_later_is_not_served_before_those_who_wait_for_their_first_job()
    {
        var (many, early, late) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await QueueAsync(many, 50);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(many, await NextUserAsync());
        }
        await QueueAsync(early, 1);
        await QueueAsync(late, 5);
        var next = new[] { await NextUserAsync(), await NextUserAsync(), await NextUserAsync() };
        Assert.Equal(3, next.Distinct().Count());
        Assert.True(Array.IndexOf(next, early) < Array.IndexOf(next, late));
    }

    [Fact]
    public async Task A_lane_without_a_free_endpoint_does_not_hold_up_the_others()
    {
        var user = Guid.NewGuid();
        await QueueAsync(user, 100, "upscale/HAT-L");
        await QueueAsync(user, 1);
        var waiting = await _turns.ReadAsync(["local"], countRuns: true, CancellationToken.None);
        Assert.Equal(["framing", "upscale/HAT-L"], waiting.Lanes.Select(lane => lane.ToString()).Order());
        var leases = await _turns.LeaseAsync(Free(Framing, 5), 5, CancellationToken.None);
        Assert.Equal(Framing, await LaneAsync(Assert.Single(leases)));
    }

    [Fact]
    public async Task No_more_jobs_of_a_lane_are_leased_than_it_has_places()
    {
        await QueueAsync(Guid.NewGuid(), 20);
        await QueueAsync(Guid.NewGuid(), 20, "upscale/HAT-L");
        var free = new Dictionary<Lane, int> { [Lane.Parse(Framing)] = 2, [Lane.Parse("upscale/HAT-L")] = 3 };
        var leases = await _turns.LeaseAsync(free, 10, CancellationToken.None);
        var lanes = await Task.WhenAll(leases.Select(LaneAsync));
        Assert.Equal((2, 3), (lanes.Count(lane => lane == Framing), lanes.Count(lane => lane == "upscale/HAT-L")));
    }

    [Fact]
    public async Task Two_replicas_lease_each_job_once()
    {
        await QueueAsync(Guid.NewGuid(), 200);
        var leases = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => _turns.LeaseAsync(Free(Framing, 10), 10, CancellationToken.None)));
        var leased = leases.SelectMany(batch => batch).Select(lease => lease.JobId).ToList();
        Assert.NotEmpty(leased);
        Assert.Equal(leased.Count, leased.Distinct().Count());
    }

    [Fact]
    public async Task A_job_whose_queue_deadline_has_passed_is_leased_without_a_free_endpoint()
    {
        await QueueAsync(Guid.NewGuid(), 5);
        Assert.Empty(await _turns.LeaseOverdueAsync(10, CancellationToken.None));
        await _database.ExecuteAsync("update intents set queued_at = now() - interval '31 minutes' where turn in (1, 2)");
        Assert.Equal(2, (await _turns.LeaseOverdueAsync(10, CancellationToken.None)).Count);
        Assert.Empty(await _turns.LeaseOverdueAsync(10, CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public async Task With_100_000_waiting_jobs_a_lease_reads_a_few_rows_by_index(int users)
    {
        await QueueAsync(100_000, users);
        await _database.ExecuteAsync("vacuum analyze intents");
        var plan = await ExplainAsync();
        Assert.DoesNotContain("Seq Scan on intents", plan, StringComparison.Ordinal);
        Assert.Contains("ix_intents_turns", plan, StringComparison.Ordinal);
        // The table alone has more than a thousand.
        Assert.InRange(Pages(plan), 1, 300);
        Assert.Equal(8, (await _turns.LeaseAsync(Free(Framing, 8), 8, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task With_10_000_runs_to_poll_what_waits_is_read_by_index()
    {
        await QueueAsync(10_000, 1000);
        await ExecuteAsync("update intents set kind = 'poll', lane = null");
        await QueueAsync(10_000, 1000);
        await _database.ExecuteAsync("vacuum analyze intents");
        var plan = await ExplainAsync(
            TurnQueue.EndpointsSql, new[] { "local" }, /* runs */ 100_000, /* are counted */ false);
        Assert.DoesNotContain("Seq Scan on intents", plan, StringComparison.Ordinal);
        Assert.InRange(Pages(plan), 1, 20);
    }

    [Fact]
    public async Task With_100_000_waiting_jobs_a_job_is_queued_by_index()
    {
        await QueueAsync(100_000, 1000);
        await _database.ExecuteAsync("vacuum analyze intents");
        await ExecuteAsync(
            """
            create table pages as select pg_stat_get_tuples_returned('intents'::regclass) tuples, seq_scan
            from pg_stat_user_tables where relname = 'intents'
            """);
        await QueueAsync(Guid.NewGuid(), 1);
        await Eventually.IsTrueAsync(
            () => _database.ScalarAsync<bool>("select n_tup_ins > 100000 from pg_stat_user_tables where relname = 'intents'"),
            "the statistics have the insertion");
        Assert.Equal(0, await _database.ScalarAsync<long>(
            "select stat.seq_scan - pages.seq_scan from pg_stat_user_tables stat, pages where relname = 'intents'"));
    }

    private Task<string> ExplainAsync() => ExplainAsync(
        TurnQueue.LeaseSql, Guid.NewGuid(), TimeSpan.FromSeconds(30), new[] { Framing }, new[] { 8 }, 8, 16);

    private async Task<string> ExplainAsync(string sql, params object[] parameters)
    {
        var lines = new List<string>();
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"explain (analyze, buffers) {sql}", connection, transaction);
        command.Parameters.AddRange(parameters.Select(value => new NpgsqlParameter { Value = value }).ToArray());
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                lines.Add(reader.GetString(0));
            }
        }
        await transaction.RollbackAsync();
        var plan = string.Join('\n', lines);
        TestContext.Current.TestOutputHelper?.WriteLine(plan);
        return plan;
    }

    /// <summary>The pages that the whole statement has touched.</summary>
    private static int Pages(string plan) => Regex
        .Matches(plan.Split('\n').First(line => line.Contains("Buffers: shared", StringComparison.Ordinal)), @"(hit|read)=(\d+)")
        .Sum(match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));

    private static Dictionary<Lane, int> Free(string lane, int free) => new() { [Lane.Parse(lane)] = free };

    private async Task<Guid> NextUserAsync()
    {
        var lease = Assert.Single(await _turns.LeaseAsync(Free(Framing, 1), 1, CancellationToken.None));
        var user = await _database.ScalarAsync<Guid>($"select user_id from intents where job_id = '{lease.JobId}'");
        // Dispatched.
        await _database.ExecuteAsync($"delete from intents where job_id = '{lease.JobId}'");
        return user;
    }

    private Task<string> LaneAsync(Lease lease) =>
        _database.ScalarAsync<string>($"select lane from intents where job_id = '{lease.JobId}'");

    private Task QueueAsync(Guid userId, int jobs, string lane = Framing) => ExecuteAsync(Insert($"'{userId}'::uuid", jobs, lane));

    /// <summary>Queues jobs of many users in turns.</summary>
    private Task QueueAsync(int jobs, int users) => ExecuteAsync(
        $"""
        alter table intents disable trigger user;
        {Insert($"md5((number % {users})::text)::uuid", jobs, Framing)};
        update intents set turn = numbered.turn from (
          select job_id, row_number() over (partition by user_id order by job_id) - 1 as turn from intents) numbered
        where numbered.job_id = intents.job_id;
        alter table intents enable trigger user
        """);

    private static string Insert(string user, int jobs, string lane) =>
        $$"""
        with new_jobs as (
          insert into jobs (job_id, user_id, operation_id, project_id, type, status, progress, cost_cents, refunded_cents, source_key,
            paid_seconds, work, version, created_at, updated_at, queued_at, hold_expires_at)
          select gen_random_uuid(), {{user}}, gen_random_uuid(), 'project', '{{lane.Split('/')[0]}}', 'queued', 0, 5, 0, 'key',
            30, '{}', 1, now(), now(), now(), now() + interval '1 day'
          from generate_series(1, {{jobs}}) number
          returning job_id, user_id)
        insert into intents (job_id, kind, due_at, attempts, failures, lane, user_id, queued_at)
        select job_id, 'dispatch', now() - interval '1 ms', 0, 0, '{{lane}}', user_id, now() from new_jobs
        """;

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _dataSource.CreateCommand(sql);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync();
    }
}
