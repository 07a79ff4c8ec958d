using System.Net;
using Npgsql;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The stream of all jobs of a user.</summary>
public sealed class UserEventStreamTests(JobsStack stack) : IClassFixture<JobsStack>
{
    [Fact]
    public async Task A_stream_begins_with_the_open_jobs_and_sends_each_change_of_each_job_of_its_user()
    {
        var user = await stack.UserAsync();
        var other = await stack.UserAsync();
        var first = await user.CreateAsync();
        using var stream = await OpenAsync(user);
        Assert.Equal("text/event-stream", stream.ContentType);
        var began = (await stream.NextAsync())!;
        Assert.Equal(("job", first), (began.Name, began.Data.GetProperty("job_id").GetGuid()));
        var foreign = await other.CreateAsync();
        await other.CompletesAsync(foreign);
        var completed = await user.CompletesAsync(first);
        var seen = await stream.NextAsync(next => Status(next) == "completed");
        Assert.Equal(completed.GetProperty("output").GetRawText(), seen.Data.GetProperty("output").GetRawText());
        Assert.False(seen.Data.TryGetProperty("receipt", out _));
        var second = await user.CreateAsync();
        // Nothing of the other user came before it, and no state came twice.
        var next = (await stream.NextAsync())!;
        Assert.Equal((second, "queued"), (next.Data.GetProperty("job_id").GetGuid(), Status(next)));
        (await stack.SubmittedAsync(second)).Status = "FAILED";
        await stream.NextAsync(one => (Job(one), Status(one)) == (second, "failed"));
    }

    [Fact]
    public async Task What_has_changed_meanwhile_comes_after_a_reconnect()
    {
        var user = await stack.UserAsync();
        var job = await user.CreateAsync();
        string seen;
        using (var stream = await OpenAsync(user))
        {
            seen = (await stream.NextAsync())!.Id;
        }
        await user.CompletesAsync(job);
        using (var again = await OpenAsync(user, seen))
        {
            await again.NextAsync(next => (Job(next), Status(next)) == (job, "completed"));
        }
        // Without the id only what is open comes: the next job is the first.
        using var fresh = await OpenAsync(user);
        var open = await user.CreateAsync();
        Assert.Equal(open, Job((await fresh.NextAsync())!));
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task An_id_that_is_none_counts_as_none(string id)
    {
        var user = await stack.UserAsync();
        var job = await user.CreateAsync();
        using var stream = await OpenAsync(user, id);
        Assert.Equal((HttpStatusCode.OK, job), (stream.Status, Job((await stream.NextAsync())!)));
    }

    [Fact]
    public async Task A_change_that_is_committed_late_is_not_missed()
    {
        var user = await stack.UserAsync();
        var late = await user.CreateAsync();
        var early = await user.CreateAsync();
        await stack.SubmittedAsync(late);
        await stack.SubmittedAsync(early);
        await using var connection = new NpgsqlConnection(stack.JobsDatabase.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var change = new NpgsqlCommand(
            $"update jobs set project_id = 'late', version = version + 1 where job_id = '{late}'", connection, transaction))
        {
            await change.ExecuteNonQueryAsync();
        }
        string seen;
        using (var stream = await OpenAsync(user))
        {
            await stack.JobsDatabase.ExecuteAsync(
                $"update jobs set project_id = 'early', version = version + 1 where job_id = '{early}'");
            // It was begun later, and is seen first.
            seen = (await stream.NextAsync(next => next.Data.GetProperty("project_id").GetString() == "early")).Id;
        }
        await transaction.CommitAsync();
        using var again = await OpenAsync(user, seen);
        Assert.Equal(late, Job(await again.NextAsync(next => next.Data.GetProperty("project_id").GetString() == "late")));
    }

    [Fact]
    public async Task What_has_ended_before_the_stream_is_no_change_while_an_older_transaction_runs()
    {
        var user = await stack.UserAsync();
        await using var connection = new NpgsqlConnection(stack.JobsDatabase.ConnectionString);
        await connection.OpenAsync();
        await using var older = await connection.BeginTransactionAsync();
        await using (var begin = new NpgsqlCommand("select pg_current_xact_id()", connection, older))
        {
            await begin.ExecuteNonQueryAsync();
        }
        var ended = await user.CreateAsync();
        await user.CompletesAsync(ended);
        var running = await user.CreateAsync();
        using var stream = await OpenAsync(user);
        Assert.Equal(running, Job((await stream.NextAsync())!));
        var next = await user.CreateAsync();
        Assert.Equal(next, Job(await stream.NextAsync(one => Job(one) != running)));
        // A change of what has ended is one.
        await stack.JobsDatabase.ExecuteAsync(
            $"update jobs set project_id = 'changed', version = version + 1 where job_id = '{ended}'");
        var changed = await stream.NextAsync(one => Job(one) == ended);
        Assert.Equal("changed", changed.Data.GetProperty("project_id").GetString());
    }

    [Fact]
    public async Task Another_replica_sends_the_change_too()
    {
        var user = await stack.UserAsync();
        var job = await user.CreateAsync();
        await using var replica = await stack.StartJobsAsync();
        using var stream = await OpenAsync(user.On(replica));
        await stream.NextAsync();
        await user.CompletesAsync(job);
        await stream.NextAsync(next => (Job(next), Status(next)) == (job, "completed"));
    }

    private static Task<EventReader> OpenAsync(JobUser user, string? lastEventId = null) =>
        EventReader.OpenAsync(user.Client, "/api/events", lastEventId);

    private static Guid Job(ReceivedEvent received) => received.Data.GetProperty("job_id").GetGuid();

    private static string? Status(ReceivedEvent received) => received.Data.GetProperty("status").GetString();
}
