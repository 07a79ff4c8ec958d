using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>What can go wrong once RunPod has the job. After each, the wallet is as if only delivered work had been paid.</summary>
public sealed class WorkerFaultTests(WorkerFaultTests.Impatient impatient) : IClassFixture<WorkerFaultTests.Impatient>, IDisposable
{
    private readonly JobsStack _stack = impatient.Stack;

    public void Dispose() => _stack.Heal();

    [Fact]
    public async Task A_worker_that_fails_is_refunded_once_and_its_words_carry_no_link()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        (work.Error, work.Status) = ("ffmpeg: https://r2.test/secret?sig=1 is no video", "FAILED");
        var job = await user.EndsAsync(jobId, "failed");
        Assert.Equal("ffmpeg: (url) is no video", job.GetProperty("error").GetString());
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task Success_without_an_output_is_a_failure()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await _stack.SubmittedAsync(jobId)).Status = "COMPLETED";
        await user.EndsAsync(jobId, "failed");
    }

    [Theory]
    [InlineData("CANCELLED", "cancelled")]
    [InlineData("TIMED_OUT", "timed_out")]
    public async Task What_RunPod_ends_by_itself_is_refunded(string said, string status)
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await _stack.SubmittedAsync(jobId)).Status = said;
        await user.EndsAsync(jobId, status);
    }

    [Fact]
    public async Task A_lost_callback_is_made_up_for_by_polling()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        work.Status = "COMPLETED";
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_result_that_RunPod_forgot_counts_when_its_output_is_there()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        work.Forgotten = true;
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_job_that_RunPod_forgot_without_an_output_fails_after_a_grace()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await _stack.SubmittedAsync(jobId)).Forgotten = true;
        await user.EndsAsync(jobId, "failed");
    }

    [Fact]
    public async Task A_job_that_RunPod_does_not_know_for_a_moment_goes_on()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        work.Forgotten = true;
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>(
                $"select count(*) from intents where job_id = '{jobId}' and kind = 'follow' and waiting_since is not null") == 1,
            "the job is missed");
        await work.PutOutputAsync();
        (work.Status, work.Forgotten) = ("COMPLETED", false);
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_progress_report_that_overtakes_the_result_does_not_hide_the_output()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        (work.Output, work.Status) = (new { progress = 99 }, "IN_PROGRESS");
        await user.BecomesAsync(jobId, "running");
        await work.PutOutputAsync();
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_stalled_worker_is_stopped_timed_out_and_refunded()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        (work.Output, work.Status) = (new { progress = 10 }, "IN_PROGRESS");
        await user.EndsAsync(jobId, "timed_out");
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Cancelled), "RunPod was told to stop");
    }

    [Fact]
    public async Task A_job_that_nobody_picks_up_is_timed_out_and_refunded()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        await user.EndsAsync(jobId, "timed_out");
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Cancelled), "RunPod was told to stop");
    }

    [Fact]
    public async Task A_success_after_the_refund_is_not_charged()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        await user.EndsAsync(jobId, "timed_out");
        await work.PutOutputAsync();
        work.Status = "COMPLETED";
        using (var callback = await _stack.CallBackAsync(work))
        {
            Assert.Equal(HttpStatusCode.OK, callback.StatusCode);
        }
        await Task.Delay(1500);
        await user.EndsAsync(jobId, "timed_out");
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_RunPod_that_does_not_answer_is_asked_again()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        work.StatusCode = 503;
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Reads >= 2), "it was asked");
        await work.PutOutputAsync();
        (work.Status, work.StatusCode) = ("COMPLETED", 200);
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_storage_outage_at_the_end_delays_the_verdict_and_changes_nothing()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        _stack.StorageGate.Close();
        work.Status = "COMPLETED";
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>(
                $"select coalesce(sum(failures), 0) from intents where job_id = '{jobId}' and kind = 'follow'") > 0,
            "an attempt failed");
        _stack.StorageGate.Reopen();
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_wallet_outage_at_the_end_delays_the_end_and_the_money_moves_once()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        _stack.WalletGate.HoldAnswers = true;
        work.Status = "FAILED";
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>(
                $"select count(*) from jobs where job_id = '{jobId}' and outcome = 'failed'") == 1,
            "it is decided");
        Assert.Equal("queued", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        _stack.WalletGate.HoldAnswers = false;
        await user.EndsAsync(jobId, "failed");
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    /// <summary>Deadlines short enough for a test, long enough for a loaded machine.</summary>
    public sealed class Impatient : IAsyncLifetime
    {
        public JobsStack Stack { get; } = new();

        public async Task InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(
                ("Jobs:QueueTimeoutSeconds", "20"), ("Jobs:ExecutionBaseSeconds", "20"), ("Jobs:ExecutionSecondsPerSecond", "0"),
                ("Jobs:ExecutionGraceSeconds", "5"));
        }

        public Task DisposeAsync() => Stack.DisposeAsync();
    }
}
