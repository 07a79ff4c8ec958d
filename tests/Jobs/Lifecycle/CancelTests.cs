using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

public sealed class CancelTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    public void Dispose() => stack.Heal();

    [Theory]
    [InlineData("IN_QUEUE")]
    [InlineData("IN_PROGRESS")]
    public async Task A_cancelled_job_is_cancelled_at_RunPod_and_refunded_once(string state)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        work.Status = state;
        if (state == "IN_PROGRESS")
        {
            await user.BecomesAsync(jobId, "running");
        }
        using (var response = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.Equal(jobId, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetGuid());
        }
        await user.EndsAsync(jobId, "cancelled");
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Cancelled), "it is cancelled at RunPod");
        using (var again = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
            Assert.Equal("job_not_cancellable", (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_job_cancelled_before_RunPod_accepted_it_is_refunded()
    {
        var user = await stack.UserAsync();
        stack.RunPod.OnRun = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var jobId = await user.CreateAsync();
        using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
        }
        stack.RunPod.OnRun = null;
        await user.EndsAsync(jobId, "cancelled");
    }

    [Fact]
    public async Task A_job_cancelled_during_its_submission_is_cancelled_at_RunPod()
    {
        var user = await stack.UserAsync();
        using var arrived = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        ScriptedJob? taken = null;
        stack.RunPod.OnRun = async (context, job) =>
        {
            stack.RunPod.Take(taken = job);
            arrived.Release();
            await go.WaitAsync();
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        var jobId = await user.CreateAsync();
        await arrived.WaitAsync(TimeSpan.FromSeconds(60));
        using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
        }
        go.Release();
        stack.RunPod.OnRun = null;
        await user.EndsAsync(jobId, "cancelled");
        await Eventually.IsTrueAsync(() => Task.FromResult(taken!.Cancelled), "it is cancelled at RunPod");
    }

    [Fact]
    public async Task A_cancel_concurrent_with_the_completion_ends_in_exactly_one_of_them()
    {
        var user = await stack.UserAsync();
        for (var round = 0; round < 12; round++)
        {
            var before = await user.BalanceAsync();
            var jobId = await user.CreateAsync();
            var work = await stack.SubmittedAsync(jobId);
            await work.DeliverAsync();
            var callback = stack.CallBackAsync(work);
            // Spread over the few milliseconds of the completion, so that either can win.
            await Task.Delay(round * 4);
            using var cancel = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { });
            using (await callback)
            {
            }
            var job = await Eventually.BecomesAsync(
                () => user.GetAsync(jobId), job => job.GetProperty("status").GetString() is "completed" or "cancelled", "it ends");
            var completed = job.GetProperty("status").GetString() == "completed";
            Assert.Equal(completed ? HttpStatusCode.Conflict : HttpStatusCode.Accepted, cancel.StatusCode);
            Assert.Equal((before.Balance - (completed ? 5 : 0), 0), await user.BalanceAsync());
        }
    }
}
