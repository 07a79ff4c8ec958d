using Microsoft.AspNetCore.Http;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>What is not the job's own fault is waited for, until the queue deadline.</summary>
public sealed class WaitingTests(WaitingTests.Rig rig) : IClassFixture<WaitingTests.Rig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;

    public void Dispose() => _stack.Heal();

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_outage_of_more_than_five_attempts_fails_no_job(int status)
    {
        var user = await _stack.UserAsync(app: rig.Patient);
        var calls = Answering(status, 8);
        await user.CompletesAsync(await user.CreateAsync());
        Assert.Equal(9, calls());
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_RunPod_that_cannot_be_connected_to_fails_no_job()
    {
        var user = await _stack.UserAsync(app: rig.Unconnected);
        var jobId = await user.CreateAsync();
        await Eventually.IsTrueAsync(
            () => rig.UnconnectedDatabase.ScalarAsync<bool>(
                $"select coalesce(max(attempts), 0) > 6 from intents where job_id = '{jobId}' and kind = 'dispatch'"),
            "it was tried more than six times");
        Assert.Equal("queued", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        Assert.Equal(0, await rig.UnconnectedDatabase.ScalarAsync<long>("select count(*) from runs"));
        using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
        }
        await user.EndsAsync(jobId, "cancelled");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_job_that_could_not_be_submitted_by_the_queue_deadline_is_timed_out_and_refunded(int status)
    {
        var user = await _stack.UserAsync(app: rig.Hasty);
        Answering(status, int.MaxValue, retryAfter: status == 429 ? "86400" : null);
        var job = await user.EndsAsync(await user.CreateAsync(), "timed_out");
        Assert.Equal("The job could not be started in time.", job.GetProperty("error").GetString());
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_storage_that_stays_unreachable_ends_the_job_at_the_queue_deadline()
    {
        var user = await _stack.UserAsync(app: rig.Hasty);
        _stack.RunPod.OnRun = (context, _) =>
        {
            _stack.StorageGate.Close();
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await user.EndsAsync(await user.CreateAsync(), "timed_out");
    }

    /// <summary>After 429 the endpoint waits as a whole, after others the job.</summary>
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task The_next_attempt_is_not_before_Retry_After(int status)
    {
        var user = await _stack.UserAsync(app: rig.Patient);
        var times = new List<DateTimeOffset>();
        _stack.RunPod.OnRun = async (context, job) =>
        {
            times.Add(TimeProvider.System.GetUtcNow());
            if (times.Count == 1)
            {
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (status, "3");
                return;
            }
            _stack.RunPod.Take(job);
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        await user.CompletesAsync(await user.CreateAsync());
        Assert.True(times[1] - times[0] >= TimeSpan.FromSeconds(2.9), $"{times[1] - times[0]}");
    }

    [Fact]
    public async Task A_wrong_key_raises_one_alert_for_each_outage()
    {
        var user = await _stack.UserAsync(app: rig.Patient);
        rig.Logs.Clear();
        Answering(401, 12);
        var first = await user.CreateAsync();
        var second = await user.CreateAsync();
        await BothCompleteAsync(user, first, second);
        Assert.Single(rig.Logs.Lines, line => line.Contains("RunPod rejects", StringComparison.Ordinal));
        Answering(403, 1);
        await BothCompleteAsync(user, await user.CreateAsync());
        Assert.Equal(2, rig.Logs.Lines.Count(line => line.Contains("RunPod rejects", StringComparison.Ordinal)));
        Assert.All(rig.Logs.Lines, line => Assert.DoesNotContain("rp_test", line, StringComparison.Ordinal));
    }

    private async Task BothCompleteAsync(JobUser user, params Guid[] jobs)
    {
        foreach (var jobId in jobs)
        {
            var work = await _stack.SubmittedAsync(jobId);
            await work.DeliverAsync();
            await user.BecomesAsync(jobId, "completed");
        }
    }

    /// <summary>Answers the first calls with the status and accepts later ones.</summary>
    private Func<int> Answering(int status, int times, string? retryAfter = null)
    {
        var calls = 0;
        _stack.RunPod.OnRun = async (context, job) =>
        {
            if (Interlocked.Increment(ref calls) <= times)
            {
                context.Response.StatusCode = status;
                context.Response.Headers.RetryAfter = retryAfter;
                await context.Response.WriteAsync("""{"error":"no"}""");
                return;
            }
            _stack.RunPod.Take(job);
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        return () => Volatile.Read(ref calls);
    }

    /// <summary>Two replicas, each with its own queue deadline. A test uses only one of them at a time.</summary>
    public sealed class Rig : IAsyncLifetime
    {
        private TestDatabase _hastyDatabase = null!;

        public JobsStack Stack { get; } = new();

        public CollectedLogs Logs { get; } = new();

        /// <summary>The usual queue deadline.</summary>
        public ServiceApp Patient { get; private set; } = null!;

        /// <summary>Cannot connect to RunPod; it has its own database.</summary>
        public ServiceApp Unconnected { get; private set; } = null!;

        public TestDatabase UnconnectedDatabase { get; private set; } = null!;

        /// <summary>A queue deadline of a few seconds; it has its own database.</summary>
        public ServiceApp Hasty { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            Patient = await Stack.StartJobsAsync(Logs.Register, ("Jobs:MaxBackoffSeconds", "1"));
            UnconnectedDatabase = await TestDatabase.CreateAsync();
            Unconnected = await Stack.StartJobsAsync(
                // Nothing listens there.
                ("RunPod:BaseUrl", "http://127.0.0.1:1/v2"), ("ConnectionStrings:jobsdb", UnconnectedDatabase.ConnectionString),
                ("Jobs:MaxBackoffSeconds", "1"));
            _hastyDatabase = await TestDatabase.CreateAsync();
            Hasty = await Stack.StartJobsAsync(
                ("ConnectionStrings:jobsdb", _hastyDatabase.ConnectionString), ("Jobs:QueueTimeoutSeconds", "5"));
        }

        public async ValueTask DisposeAsync()
        {
            await Stack.DisposeAsync();
            await _hastyDatabase.DisposeAsync();
            await UnconnectedDatabase.DisposeAsync();
            Logs.Dispose();
        }
    }
}
