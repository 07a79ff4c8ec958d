using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

public class JobEventStreamTests(JobsStack stack) : IClassFixture<JobsStack>
{
    [Fact]
    public async Task A_stream_sends_the_job_and_each_change_and_ends_when_the_job_ends()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        using var stream = await OpenAsync(user, jobId);
        Assert.Equal("text/event-stream", stream.ContentType);
        var first = await stream.NextAsync();
        Assert.Equal("queued", first!.Data.GetProperty("status").GetString());
        var work = await stack.SubmittedAsync(jobId);
        (work.Output, work.Status) = (new { progress = 20 }, "IN_PROGRESS");
        var second = await stream.NextAsync();
        Assert.Equal(
            ("running", 20),
            (second!.Data.GetProperty("status").GetString(), second.Data.GetProperty("progress").GetInt32()));
        await work.DeliverAsync();
        using (await stack.CallBackAsync(work))
        {
        }
        var last = await stream.NextAsync();
        var job = await user.EndsAsync(jobId, "completed");
        Assert.False(last!.Data.TryGetProperty("receipt", out _));
        Assert.All(last.Data.EnumerateObject(), member =>
            Assert.Equal(job.GetProperty(member.Name).GetRawText(), member.Value.GetRawText()));
        Assert.Null(await stream.NextAsync());
        Assert.True(first.Number < second.Number && second.Number < last.Number);
        await Eventually.IsTrueAsync(() => Task.FromResult(Events.SubscriptionCount == 0), "no subscription is left");
    }

    [Fact]
    public async Task A_client_that_reconnects_receives_no_event_twice()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        long seen;
        using (var stream = await OpenAsync(user, jobId))
        {
            seen = (await stream.NextAsync())!.Number;
        }
        using (var again = await OpenAsync(user, jobId, seen.ToString(System.Globalization.CultureInfo.InvariantCulture)))
        {
            var work = await stack.SubmittedAsync(jobId);
            work.Status = "FAILED";
            var next = (await again.NextAsync())!;
            Assert.Equal((true, "failed"), (next.Number > seen, next.Data.GetProperty("status").GetString()));
            seen = next.Number;
            Assert.Null(await again.NextAsync());
        }
        using (var over = await OpenAsync(user, jobId, seen.ToString(System.Globalization.CultureInfo.InvariantCulture)))
        {
            Assert.Equal(HttpStatusCode.NoContent, over.Status);
        }
        foreach (var nonsense in new[] { "99999", "-1", "x", "" })
        {
            using var fresh = await OpenAsync(user, jobId, nonsense);
            Assert.Equal(seen, (await fresh.NextAsync())!.Number);
            Assert.Null(await fresh.NextAsync());
        }
    }

    [Fact]
    public async Task A_client_that_disconnects_leaves_no_subscription()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        for (var i = 0; i < 5; i++)
        {
            using var stream = await OpenAsync(user, jobId);
            await stream.NextAsync();
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(Events.SubscriptionCount == 0), "no subscription is left");
    }

    [Fact]
    public async Task After_200_disconnected_clients_no_subscription_is_left_and_nothing_was_logged()
    {
        using var logs = new CollectedLogs();
        var app = await stack.StartJobsAsync(logs.Register, ("Logging:LogLevel:Default", "Information"));
        var user = (await stack.UserAsync()).On(app);
        var jobId = await user.CreateAsync();
        await stack.SubmittedAsync(jobId);
        var events = app.Services.GetRequiredService<RowChangeListener>();
        logs.Clear();
        for (var batch = 0; batch < 10; batch++)
        {
            var streams = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(user, jobId)));
            await streams[0].NextAsync();
            Assert.InRange(events.SubscriptionCount, 1, 20);
            Array.ForEach(streams, stream => stream.Dispose());
            await Eventually.IsTrueAsync(() => Task.FromResult(events.SubscriptionCount == 0), "no subscription is left");
        }
        Assert.Empty(logs.Lines);
    }

    [Fact]
    public async Task An_idle_stream_sends_comments()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        using var stream = await OpenAsync(user, jobId);
        await stream.NextAsync();
        Assert.Equal(":", (await stream.LineAsync())?.Trim());
    }

    [Fact]
    public async Task A_listener_that_lost_its_connection_reconnects()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        using var stream = await OpenAsync(user, jobId);
        await stream.NextAsync();
        const string listeners = "from pg_stat_activity where datname = current_database() and query ilike 'listen%'";
        Assert.True(await stack.JobsDatabase.ScalarAsync<bool>($"select bool_or(pg_terminate_backend(pid)) {listeners}"));
        await Eventually.IsTrueAsync(
            () => stack.JobsDatabase.ScalarAsync<bool>($"select count(*) > 0 {listeners}"), "it listens again");
        (await stack.SubmittedAsync(jobId)).Status = "FAILED";
        Assert.Equal("failed", (await stream.NextAsync())!.Data.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_stream_survives_a_database_error_and_sends_the_change()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        using var stream = await OpenAsync(user, jobId);
        await stream.NextAsync();
        await stack.SubmittedAsync(jobId);
        await using (var connection = new NpgsqlConnection(stack.JobsDatabase.ConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var change = new NpgsqlCommand(
                $"update jobs set version = version + 1 where job_id = '{jobId}'; lock table jobs in access exclusive mode; "
                    + $"select pg_notify('job_changed', '{jobId}')",
                connection, transaction))
            {
                await change.ExecuteNonQueryAsync();
            }
            // Another connection notifies at once: this one only with its commit.
            await stack.JobsDatabase.ExecuteAsync($"select pg_notify('job_changed', '{jobId}')");
            await Eventually.IsTrueAsync(
                () => stack.JobsDatabase.ScalarAsync<bool>(
                    """
                    select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query not like '%for update%'
                    """),
                "the read of the stream was interrupted");
            await transaction.CommitAsync();
        }
        Assert.NotNull(await stream.NextAsync());
        Assert.False(stream.WasCut);
    }

    [Fact]
    public async Task After_a_reconnect_the_streams_are_told_to_spread_their_reads()
    {
        var user = await stack.UserAsync();
        using var subscription = Events.Subscribe(await user.CreateAsync());
        const string listeners = "from pg_stat_activity where datname = current_database() and query ilike 'listen%'";
        Assert.True(await stack.JobsDatabase.ScalarAsync<bool>($"select bool_or(pg_terminate_backend(pid)) {listeners}"));
        bool? told;
        do
        {
            told = await subscription.Changes.TakeAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        }
        while (told == true);
        Assert.False(told);
    }

    [Fact]
    public async Task A_change_by_another_replica_is_received()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        using var subscription = Events.Subscribe(jobId);
        using var otherJob = Events.Subscribe(Guid.NewGuid());
        await stack.SubmittedAsync(jobId);
        // As another process would, without the services of this one.
        await stack.JobsDatabase.ExecuteAsync($"update jobs set version = version + 1 where job_id = '{jobId}'");
        Assert.NotNull(await subscription.Changes.TakeAsync(TimeSpan.FromSeconds(60), CancellationToken.None));
        Assert.Null(await otherJob.Changes.TakeAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None));
    }

    [Fact]
    public async Task A_service_that_stops_ends_its_streams()
    {
        var app = await stack.StartJobsAsync();
        var user = (await stack.UserAsync()).On(app);
        var jobId = await user.CreateAsync();
        using var stream = await OpenAsync(user, jobId);
        await stream.NextAsync();
        await app.DisposeAsync();
        Assert.Null(await stream.NextAsync());
        Assert.False(stream.WasCut);
    }

    private static Task<EventReader> OpenAsync(JobUser user, Guid jobId, string? lastEventId = null) =>
        EventReader.OpenAsync(user.Client, $"/api/jobs/{jobId}/events", lastEventId);

    private RowChangeListener Events => stack.App.Services.GetRequiredService<RowChangeListener>();
}
