using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Faults after RunPod has accepted the job. In every case only delivered work is charged.</summary>
public sealed class WorkerFaultTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    public void Dispose() => stack.Heal();

    [Fact]
    public async Task A_failed_job_is_refunded_once_and_its_error_contains_no_link()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        (work.Error, work.Status) = ("ffmpeg: https://r2.test/secret?sig=1 is no video", "FAILED");
        var job = await user.EndsAsync(jobId, "failed");
        Assert.Equal("ffmpeg: (url) is no video", job.GetProperty("error").GetString());
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task Success_without_an_output_is_a_failure_of_every_run()
    {
        var user = await stack.UserAsync();
        stack.RunPod.OnRun = (context, job) =>
        {
            job.Status = "COMPLETED";
            stack.RunPod.Take(job);
            return ScriptedRunPod.AcceptAsync(context, job);
        };
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, "failed");
        Assert.Equal(3, stack.RunPod.JobsOf(jobId).Count);
    }

    [Theory]
    [InlineData("CANCELLED", "cancelled")]
    [InlineData("TIMED_OUT", "timed_out")]
    public async Task A_job_that_RunPod_ends_is_refunded(string said, string status)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await stack.SubmittedAsync(jobId)).Status = said;
        await user.EndsAsync(jobId, status);
    }

    [Theory]
    [InlineData("FAILED")]
    [InlineData("CANCELLED")]
    [InlineData("TIMED_OUT")]
    public async Task A_job_that_RunPod_ends_otherwise_completes_when_its_output_exists(string said)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        work.Status = said;
        await user.EndsAsync(jobId, "completed");
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_job_whose_status_cannot_be_read_completes_when_its_output_exists(int status)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        work.StatusCode = status;
        await work.PutOutputAsync();
        await user.EndsAsync(jobId, "completed");
        Assert.Equal(status, work.StatusCode);
    }

    [Fact]
    public async Task A_lost_callback_is_replaced_by_polling()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await work.DeliverAsync();
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_job_that_RunPod_forgot_completes_when_its_output_exists()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        work.Forgotten = true;
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_job_that_RunPod_forgot_without_an_output_is_started_again_after_the_grace_period()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await stack.SubmittedAsync(jobId)).Forgotten = true;
        var second = await Eventually.BecomesAsync(
            () => Task.FromResult(stack.RunPod.JobsOf(jobId).FirstOrDefault(job => !job.Forgotten)!), job => job is not null,
            "there is a second run");
        await second.DeliverAsync();
        await user.EndsAsync(jobId, "completed");
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_job_that_RunPod_temporarily_does_not_know_continues()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        work.Forgotten = true;
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>(
                $"select count(*) from intents where job_id = '{jobId}' and kind = 'poll' and waiting_since is not null") == 1,
            "RunPod does not know the job");
        await work.PutOutputAsync();
        (work.Status, work.Forgotten) = ("COMPLETED", false);
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_progress_report_that_overwrites_the_result_does_not_hide_the_output()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        (work.Output, work.Status) = (new { progress = 99 }, "IN_PROGRESS");
        await user.BecomesAsync(jobId, "running");
        await work.PutOutputAsync();
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_job_with_a_stalled_worker_times_out_is_cancelled_and_refunded()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        (work.Output, work.Status) = (new { progress = 10 }, "IN_PROGRESS");
        await user.BecomesAsync(jobId, "running");
        await stack.AgeRunsAsync(jobId, new JobsOptions().ExecutionDeadline(paidSeconds: 30));
        await user.EndsAsync(jobId, "timed_out");
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Cancelled), "it is cancelled at RunPod");
    }

    [Fact]
    public async Task A_job_that_no_worker_starts_times_out_and_is_refunded()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await WaitsTooLongAsync(jobId);
        await user.EndsAsync(jobId, "timed_out");
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Cancelled), "it is cancelled at RunPod");
    }

    [Fact]
    public async Task A_success_after_the_refund_is_not_charged()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await WaitsTooLongAsync(jobId);
        await user.EndsAsync(jobId, "timed_out");
        await work.DeliverAsync();
        using (var callback = await stack.CallBackAsync(work))
        {
            Assert.Equal(HttpStatusCode.OK, callback.StatusCode);
        }
        await Task.Delay(1500);
        await user.EndsAsync(jobId, "timed_out");
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_poll_without_an_answer_is_retried()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        work.StatusCode = 503;
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Reads >= 2), "it was polled");
        await work.PutOutputAsync();
        (work.Status, work.StatusCode) = ("COMPLETED", 200);
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_storage_outage_at_the_end_delays_the_outcome_and_changes_nothing()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        stack.StorageGate.Close();
        work.Status = "COMPLETED";
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>(
                $"select coalesce(sum(failures), 0) from intents where job_id = '{jobId}' and kind = 'poll'") > 0,
            "an attempt failed");
        stack.StorageGate.Reopen();
        await user.EndsAsync(jobId, "completed");
    }

    [Fact]
    public async Task A_wallet_outage_at_the_end_delays_the_end_and_the_money_moves_once()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        stack.WalletGate.HoldAnswers = true;
        work.Status = "FAILED";
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>(
                $"select count(*) from jobs where job_id = '{jobId}' and outcome = 'failed'") == 1,
            "it is decided");
        Assert.Equal("queued", (await user.GetAsync(jobId)).GetProperty("status").GetString());
        stack.WalletGate.HoldAnswers = false;
        await user.EndsAsync(jobId, "failed");
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    /// <summary>RunPod has had it in its queue until the queue deadline.</summary>
    private async Task WaitsTooLongAsync(Guid jobId)
    {
        await Eventually.IsTrueAsync(
            () => stack.JobsDatabase.ScalarAsync<bool>($"select count(*) = 1 from runs where job_id = '{jobId}' and state = 'submitted'"),
            "it is submitted");
        await stack.AgeRunsAsync(jobId, new JobsOptions().QueueTimeout);
    }
}
