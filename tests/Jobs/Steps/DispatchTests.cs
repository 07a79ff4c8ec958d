using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Submissions that RunPod rejects, cuts off or never answers.</summary>
public sealed class DispatchTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    public void Dispose() => stack.Heal();

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(429)]
    public async Task A_job_that_RunPod_rejects_twice_and_then_accepts_completes(int status)
    {
        var user = await stack.UserAsync();
        stack.RunPod.Health = (0, 0);
        var calls = Answering(status, 2);
        var jobId = await user.CreateAsync();
        await user.CompletesAsync(jobId);
        Assert.Equal(3, calls());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_permanent_rejection_is_not_retried(int status)
    {
        var user = await stack.UserAsync();
        var calls = Answering(status, int.MaxValue);
        await user.EndsAsync(await user.CreateAsync(), "failed");
        Assert.Equal(1, calls());
    }

    [Fact]
    public async Task After_a_lost_answer_the_callback_decides_without_a_second_submission()
    {
        var user = await stack.UserAsync();
        var work = await stack.CutAsync(user, isAccepted: true);
        Assert.Equal((95, 5), await user.BalanceAsync());
        (work.Output, work.Status) = (new { progress = 50 }, "IN_PROGRESS");
        using (await stack.CallBackAsync(work, "IN_PROGRESS"))
        {
        }
        await user.BecomesAsync(work.JobId, "running");
        await work.DeliverAsync();
        await user.EndsAsync(work.JobId, "completed");
        Assert.Single(stack.RunPod.JobsOf(work.JobId));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task After_a_lost_answer_the_output_alone_decides()
    {
        var user = await stack.UserAsync();
        var work = await stack.CutAsync(user, isAccepted: true);
        await work.PutOutputAsync();
        await user.EndsAsync(work.JobId, "completed");
    }

    [Fact]
    public async Task A_lost_submission_is_repeated_and_charged_once()
    {
        var user = await stack.UserAsync();
        stack.RunPod.Health = (0, 0);
        var cut = await stack.CutAsync(user, isAccepted: false);
        await user.CompletesAsync(cut.JobId);
        Assert.Single(stack.RunPod.JobsOf(cut.JobId));
        Assert.Equal("lost,completed", await stack.JobsDatabase.ScalarAsync<string>(
            $"select string_agg(state, ',' order by number) from runs where job_id = '{cut.JobId}'"));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_source_deleted_before_dispatch_is_a_failure_with_a_refund()
    {
        var user = await stack.UserAsync();
        Answering(503, 1, () => stack.StorageDatabase.ExecuteAsync($"delete from uploads where user_id = '{user.UserId}'"));
        var job = await user.EndsAsync(await user.CreateAsync(), "failed");
        Assert.Equal("The source is no longer there.", job.GetProperty("error").GetString());
    }

    [Fact]
    public async Task The_files_of_a_job_are_in_use_until_it_has_ended_and_then_expire()
    {
        var user = await stack.UserAsync();
        var uses = $"select count(*) from file_uses where user_id = '{user.UserId}'";
        var id = await user.CreateAsync();
        var run = await stack.SubmittedAsync(id);
        Assert.Equal(2, await stack.StorageDatabase.ScalarAsync<long>(uses)); // by the acceptance and by the dispatch
        run.Status = "FAILED";
        await user.EndsAsync(id, "failed");
        await Eventually.IsTrueAsync(async () => await stack.StorageDatabase.ScalarAsync<long>(uses) == 0, "the files are released");
    }

    [Fact]
    public async Task A_download_of_an_output_that_was_removed_is_410_also_when_Storage_has_forgotten_it()
    {
        var user = await stack.UserAsync();
        var id = await user.CreateAsync();
        await user.CompletesAsync(id);
        Assert.Equal(HttpStatusCode.OK, await DownloadAsync());

        using var storage = stack.StorageApp.CreateClient(user.UserId);
        var key = Uri.EscapeDataString($"{user.UserId}/output/{id}/1.mp4");
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var deleted = await storage.DeleteAsync($"/api/files/{key}");
                return deleted.StatusCode == HttpStatusCode.NoContent;
            },
            "the output is released and deleted");
        Assert.Equal(HttpStatusCode.Gone, await DownloadAsync());

        await stack.StorageDatabase.ExecuteAsync($"delete from outputs where job_id = '{id}'");
        Assert.Equal(HttpStatusCode.NotFound, await DownloadAsync());
        await stack.JobsDatabase.ExecuteAsync($"update jobs set updated_at = now() - interval '25 hours' where job_id = '{id}'");
        Assert.Equal(HttpStatusCode.Gone, await DownloadAsync());

        async Task<HttpStatusCode> DownloadAsync()
        {
            using var answer = await user.Client.GetAsync($"/api/download/{id}");
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_job_that_cannot_be_paid_leaves_its_source_deletable()
    {
        var user = await stack.UserAsync(cents: 0);
        using (var refused = await user.PostAsync("/api/jobs", user.Job()))
        {
            Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        }
        Assert.Equal(0, await stack.StorageDatabase.ScalarAsync<long>(
            $"select count(*) from file_uses where user_id = '{user.UserId}'"));
    }

    [Fact]
    public async Task A_source_that_was_changed_after_its_upload_is_a_failure_with_a_refund_before_a_run()
    {
        var user = await stack.UserAsync();
        await stack.StorageDatabase.ExecuteAsync($"update uploads set etag = '{new string('0', 32)}' where user_id = '{user.UserId}'");
        var id = await user.CreateAsync();
        var job = await user.EndsAsync(id, "failed");
        Assert.Equal("The source was changed after it was uploaded.", job.GetProperty("error").GetString());
        Assert.Empty(stack.RunPod.JobsOf(id));
        Assert.Equal((100, 0), await user.BalanceAsync());
    }

    [Fact]
    public async Task A_storage_outage_is_503_at_acceptance_and_a_delay_at_dispatch()
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
        await user.CompletesAsync(jobId);
    }

    [Fact]
    public async Task A_callback_before_the_answer_to_the_submission_completes_the_job_once()
    {
        var user = await stack.UserAsync();
        stack.RunPod.OnRun = async (context, job) =>
        {
            stack.RunPod.Take(job);
            await job.DeliverAsync();
            using (await stack.CallBackAsync(job))
            {
            }
            await Eventually.IsTrueAsync(
                async () => (await user.GetAsync(job.JobId)).GetProperty("status").GetString() == "completed",
                "the callback alone completes it");
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, "completed");
        Assert.Single(stack.RunPod.JobsOf(jobId));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    /// <summary>Answers the first calls with the status and accepts later ones.</summary>
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
}
