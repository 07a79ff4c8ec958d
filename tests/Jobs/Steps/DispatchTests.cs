using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Submissions that RunPod refuses, breaks off or never answers.</summary>
public sealed class DispatchTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    public void Dispose() => stack.Heal();

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    public async Task A_RunPod_that_keeps_refusing_is_asked_five_times_and_the_cost_comes_back_once(int status)
    {
        var user = await stack.UserAsync();
        var calls = Answering(status, int.MaxValue);
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, "failed");
        Assert.Equal(5, calls());
        Assert.Equal([100, -5, 5], await user.StatementAsync());
        Assert.Equal($"HTTP {status}", await stack.JobsDatabase.ScalarAsync<string>(
            $"select last_error from intents where job_id = '{jobId}' and kind = 'dispatch' and dead_since is not null"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_RunPod_that_refuses_twice_and_then_takes_the_job_completes_it(int status)
    {
        var user = await stack.UserAsync();
        var calls = Answering(status, 2);
        var jobId = await user.CreateAsync();
        await CompletesAsync(user, jobId);
        Assert.Equal(3, calls());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task A_refusal_for_good_is_not_repeated(int status)
    {
        var user = await stack.UserAsync();
        var calls = Answering(status, int.MaxValue);
        await user.EndsAsync(await user.CreateAsync(), "failed");
        Assert.Equal(1, calls());
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_is_decided_by_the_callback_without_a_second_submission()
    {
        var user = await stack.UserAsync();
        var work = await CutAsync(user, takeIt: true);
        Assert.Equal((95, 5), await user.BalanceAsync());
        (work.Output, work.Status) = (new { progress = 50 }, "IN_PROGRESS");
        using (await stack.CallBackAsync(work, "IN_PROGRESS"))
        {
        }
        await user.BecomesAsync(work.JobId, "running");
        await work.PutOutputAsync();
        work.Status = "COMPLETED";
        await user.EndsAsync(work.JobId, "completed");
        Assert.Single(stack.RunPod.JobsOf(work.JobId));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_is_decided_by_the_output_alone()
    {
        var user = await stack.UserAsync();
        var work = await CutAsync(user, takeIt: true);
        await work.PutOutputAsync();
        await user.EndsAsync(work.JobId, "completed");
    }

    [Fact]
    public async Task A_submission_that_nobody_heard_of_is_made_again_and_charged_once()
    {
        var user = await stack.UserAsync();
        var cut = await CutAsync(user, takeIt: false);
        await CompletesAsync(user, cut.JobId);
        Assert.Single(stack.RunPod.JobsOf(cut.JobId));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_job_that_ran_twice_is_charged_once()
    {
        var user = await stack.UserAsync();
        var first = await CutAsync(user, takeIt: true);
        // Silent for so long that it is submitted again.
        await Eventually.IsTrueAsync(() => Task.FromResult(stack.RunPod.JobsOf(first.JobId).Count == 2), "it was submitted again");
        await first.PutOutputAsync();
        foreach (var run in stack.RunPod.JobsOf(first.JobId))
        {
            run.Status = "COMPLETED";
            using (await stack.CallBackAsync(run))
            {
            }
        }
        await user.EndsAsync(first.JobId, "completed");
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_failure_of_a_forgotten_first_run_does_not_end_the_second()
    {
        var user = await stack.UserAsync();
        var first = await CutAsync(user, takeIt: true);
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>($"select count(*) from jobs where job_id = '{first.JobId}' and runpod_id is not null") == 1,
            "the second is followed");
        first.Status = "FAILED";
        using (await stack.CallBackAsync(first, "FAILED"))
        {
        }
        await CompletesAsync(user, first.JobId);
    }

    [Fact]
    public async Task A_source_that_has_gone_meanwhile_is_a_failure_with_a_refund()
    {
        var user = await stack.UserAsync();
        Answering(503, 1, () => stack.StorageDatabase.ExecuteAsync($"delete from uploads where user_id = '{user.UserId}'"));
        var job = await user.EndsAsync(await user.CreateAsync(), "failed");
        Assert.Equal("The source is no longer there.", job.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_storage_outage_before_acceptance_is_503_and_before_dispatch_a_delay()
    {
        var user = await stack.UserAsync();
        stack.StorageGate.Close();
        using (var refused = await user.PostAsync("/api/jobs", user.Job()))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }
        Assert.Equal((100, 0), await user.BalanceAsync());
        stack.StorageGate.Reopen();
        Answering(503, 1, () =>
        {
            stack.StorageGate.Close();
            return Task.CompletedTask;
        });
        var jobId = await user.CreateAsync();
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>(
                $"select coalesce(sum(failures), 0) from intents where job_id = '{jobId}' and kind = 'dispatch'") > 0,
            "a dispatch failed");
        stack.StorageGate.Reopen();
        await CompletesAsync(user, jobId);
    }

    [Fact]
    public async Task A_callback_before_the_answer_to_the_submission_completes_the_job_once()
    {
        var user = await stack.UserAsync();
        stack.RunPod.OnRun = async (context, job) =>
        {
            stack.RunPod.Take(job);
            await job.PutOutputAsync();
            job.Status = "COMPLETED";
            using (await stack.CallBackAsync(job))
            {
            }
            await Eventually.IsTrueAsync(
                async () => (await user.GetAsync(job.JobId)).GetProperty("status").GetString() == "completed", "the callback alone completes it");
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, "completed");
        Assert.Single(stack.RunPod.JobsOf(jobId));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    /// <summary>Answers the first calls with the status, and accepts after that.</summary>
    private Func<int> Answering(int status, int times, Func<Task>? also = null)
    {
        var calls = 0;
        stack.RunPod.OnRun = async (context, job) =>
        {
            if (Interlocked.Increment(ref calls) <= times)
            {
                await (also?.Invoke() ?? Task.CompletedTask);
                context.Response.StatusCode = status;
                await context.Response.WriteAsync("""{"error":"no"}""");
                return;
            }
            stack.RunPod.Take(job);
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        return () => Volatile.Read(ref calls);
    }

    /// <summary>A job whose first submission is cut off; a later one is accepted.</summary>
    private async Task<ScriptedJob> CutAsync(JobUser user, bool takeIt)
    {
        var cut = new TaskCompletionSource<ScriptedJob>();
        stack.RunPod.OnRun = async (context, job) =>
        {
            if (cut.TrySetResult(job))
            {
                if (takeIt)
                {
                    stack.RunPod.Take(job);
                }
                context.Abort();
                return;
            }
            stack.RunPod.Take(job);
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        await user.CreateAsync();
        var first = await cut.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>(
                $"select count(*) from intents where job_id = '{first.JobId}' and kind = 'dispatch' and waiting_since is not null and lease_id is null") == 1,
            "its fate is unknown");
        return first;
    }

    private async Task CompletesAsync(JobUser user, Guid jobId)
    {
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>($"select count(*) from jobs where job_id = '{jobId}' and runpod_id is not null") == 1,
            "RunPod has it");
        foreach (var run in stack.RunPod.JobsOf(jobId).Where(run => run.Status != "FAILED"))
        {
            await run.PutOutputAsync();
            run.Status = "COMPLETED";
        }
        await user.EndsAsync(jobId, "completed");
    }
}
