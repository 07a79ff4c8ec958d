using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>kill -9 between any two steps: the next replica completes what the first one started, and the money is right.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();
    private readonly List<JobsProcess> _processes = [];

    public async ValueTask InitializeAsync() => await _stack.InitializeWithoutJobsAsync();

    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(process => process.Dispose());
        await _stack.DisposeAsync();
    }

    [Fact]
    public async Task Killed_before_the_hold_is_placed_nothing_is_charged()
    {
        var (process, user) = await StartAsync();
        _stack.WalletGate.HoldRequests = true;
        var asked = user.PostAsync("/api/jobs", user.Job());
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>("select count(*) from jobs where status = 'created'") == 1,
            "the job is stored");
        await process.KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => asked);
        _stack.WalletGate.Drop();
        user = await ContinueAsync(user);
        await Eventually.BecomesAsync(
            () => _stack.HurryAsync(user.UserId), jobs => jobs == 0, "the job that its caller never learned of is deleted");
        Assert.Equal((100, 0), await user.BalanceAsync());
    }

    [Fact]
    public async Task Killed_after_the_hold_was_placed_the_hold_is_released()
    {
        var (process, user) = await StartAsync();
        _stack.WalletGate.HoldAnswers = true;
        var asked = user.PostAsync("/api/jobs", user.Job());
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == (95, 5), "the hold is placed");
        await process.KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => asked);
        _stack.WalletGate.Drop();
        user = await ContinueAsync(user);
        await Eventually.IsTrueAsync(
            async () => await _stack.HurryAsync(user.UserId) == 1 && await user.BalanceAsync() == (100, 0), "the hold is released");
        var job = (await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs")[0];
        await user.EndsAsync(job.GetProperty("job_id").GetGuid(), "failed");
        Assert.Equal(0, _stack.RunPod.Runs);
    }

    [Fact]
    public async Task Killed_after_the_hold_was_placed_a_repeated_request_continues_with_one_hold()
    {
        var (process, user) = await StartAsync();
        _stack.WalletGate.HoldAnswers = true;
        var asked = user.PostAsync("/api/jobs", user.Job(), "key");
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == (95, 5), "the hold is placed");
        await process.KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => asked);
        _stack.WalletGate.Drop();
        // As if the lease of the idempotency key had expired.
        await _stack.JobsDatabase.ExecuteAsync("update idempotency_records set leased_until = '-infinity'");
        user = await ContinueAsync(user);
        using var again = await user.PostAsync("/api/jobs", user.Job(), "key");
        var jobId = (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetGuid();
        Assert.Equal((95, 5), await Eventually.BecomesAsync(user.BalanceAsync, balance => balance == (95, 5), "one job has a hold"));
        await user.CompletesAsync(jobId);
        Assert.Equal((95, 0), await user.BalanceAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_while_submitting_the_job_completes_and_is_charged_once(bool isAccepted)
    {
        using var arrived = new SemaphoreSlim(0);
        _stack.RunPod.OnRun = async (context, job) =>
        {
            if (isAccepted)
            {
                _stack.RunPod.Take(job);
            }
            arrived.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        var (process, user) = await StartAsync();
        var jobId = await user.CreateAsync();
        await arrived.WaitAsync(TimeSpan.FromSeconds(60));
        await process.KillAsync();
        _stack.RunPod.OnRun = null;
        user = await ContinueAsync(user);
        await user.CompletesAsync(jobId);
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task Killed_after_the_run_was_recorded_and_before_the_call_it_is_submitted_once()
    {
        await using var gate = TcpGate.Open(_stack.RunPod.Url);
        (string, string) url = ("RunPod:BaseUrl", new UriBuilder(gate.Address) { Path = "/v2" }.ToString());
        gate.HoldRequests = true;
        var (process, user) = await StartAsync(url);
        var jobId = await user.CreateAsync();
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<string>("select coalesce(min(state), '') from runs") == "submitting",
            "the run is recorded");
        await process.KillAsync();
        gate.Drop();
        user = await ContinueAsync(user, url);
        await user.CompletesAsync(jobId);
        Assert.Equal(1, _stack.RunPod.Runs);
        Assert.Equal("lost,completed", await _stack.JobsDatabase.ScalarAsync<string>(
            "select string_agg(state, ',' order by number) from runs"));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task Killed_while_the_job_runs_it_is_polled_again()
    {
        var (process, user) = await StartAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        work.Status = "IN_PROGRESS";
        await user.BecomesAsync(jobId, "running");
        // In the middle of a poll, while the lease is held.
        work.HoldsStatus = true;
        var reads = work.Reads;
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Reads > reads), "it is being polled");
        await process.KillAsync();
        work.HoldsStatus = false;
        user = await ContinueAsync(user);
        await user.CompletesAsync(jobId);
        Assert.Single(_stack.RunPod.JobsOf(jobId));
    }

    [Theory]
    [InlineData("FAILED", "failed")]
    [InlineData("COMPLETED", "completed")]
    public async Task Killed_after_the_money_has_moved_it_does_not_move_again(string said, string status)
    {
        var (process, user) = await StartAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        _stack.WalletGate.HoldAnswers = true;
        if (status == "completed")
        {
            await work.PutOutputAsync();
        }
        work.Status = said;
        await Eventually.IsTrueAsync(async () => (await user.BalanceAsync()).Held == 0, "the wallet has moved it");
        Assert.Equal("queued", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        await process.KillAsync();
        _stack.WalletGate.Drop();
        user = await ContinueAsync(user);
        await user.EndsAsync(jobId, status);
        Assert.Equal(said == "FAILED" ? [100L, -5, 5] : [100L, -5], await user.StatementAsync());
    }

    private async Task<(JobsProcess Process, JobUser User)> StartAsync(params (string Key, string Value)[] settings)
    {
        var process = await JobsProcess.StartAsync(_stack.Settings(Settings(settings)));
        _processes.Add(process);
        // On a busy machine the first call of a process to the Wallet can take longer than a request of a job may wait.
        var poor = process.User(_stack, await _stack.UserAsync(cents: 0));
        await Eventually.BecomesAsync(
            async () =>
            {
                using var answer = await poor.PostAsync("/api/jobs", poor.Job());
                return answer.StatusCode;
            },
            status => status == HttpStatusCode.PaymentRequired, "the process has reached the Wallet");
        return (process, process.User(_stack, await _stack.UserAsync()));
    }

    /// <summary>Starts another replica, in this process, when the leases of the one that was killed have expired.</summary>
    private async Task<JobUser> ContinueAsync(JobUser user, params (string Key, string Value)[] settings)
    {
        await _stack.JobsDatabase.ExecuteAsync("update intents set leased_until = now(), due_at = now() where leased_until > now()");
        return user.On(await _stack.StartJobsAsync(Settings(settings)));
    }

    private static (string Key, string Value)[] Settings((string Key, string Value)[] others) =>
        [("Jobs:LeaseSeconds", "10"), ("Jobs:AbandonAfterSeconds", "20"), ("RunPod:TimeoutSeconds", "3"), .. others];
}
