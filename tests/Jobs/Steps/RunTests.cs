using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A job whose submission had no answer may have a second run: one of them wins, the others are stopped.</summary>
public sealed class RunTests(RunRig rig) : IClassFixture<RunRig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;

    public void Dispose() => _stack.Heal();

    [Fact]
    public async Task A_second_run_waits_for_the_deadline_of_the_first_on_a_busy_endpoint()
    {
        var user = await _stack.UserAsync();
        var first = await _stack.CutAsync(user, isAccepted: true);
        var second = await rig.SecondRunAsync(first);
        Assert.InRange(await SecondsBetweenRunsAsync(first.JobId), RunRig.UnansweredSeconds, double.MaxValue);
        await second.DeliverAsync();
        await user.EndsAsync(first.JobId, "completed");
        Assert.Equal("superseded,completed", await rig.StatesAsync(first.JobId));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_run_that_RunPod_cannot_have_is_replaced_before_its_deadline()
    {
        var user = await _stack.UserAsync();
        _stack.RunPod.Health = (0, 0);
        var cut = await _stack.CutAsync(user, isAccepted: false);
        await user.CompletesAsync(cut.JobId);
        Assert.Equal("lost,completed", await rig.StatesAsync(cut.JobId));
        // RunPod may take it in a little later than its endpoint was seen idle.
        Assert.InRange(await SecondsBetweenRunsAsync(cut.JobId), RunRig.GoneAfterSeconds, double.MaxValue);
    }

    [Fact]
    public async Task A_run_that_lost_and_a_second_execution_cannot_change_what_was_delivered()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await rig.TwoRunsAsync(user);
        await second.DeliverAsync();
        await user.EndsAsync(first.JobId, "completed");

        await first.PutAsync("output_url", [1, 2, 3], "video/mp4");
        await second.PutAsync("output_url", [4, 5, 6], "video/mp4", HttpStatusCode.PreconditionFailed);
        await second.PutAsync("manifest_url", [4, 5, 6], "application/json", HttpStatusCode.PreconditionFailed);

        var link = await user.Client.GetFromJsonAsync<JsonElement>($"/api/download/{first.JobId}");
        using var browser = new HttpClient();
        Assert.Equal(
            SampleBytes.Mp4(ScriptedJob.OutputBytes), await browser.GetByteArrayAsync(link.GetProperty("url").GetString()));
    }

    [Fact]
    public async Task The_output_is_counted_as_the_work_of_the_run_that_wrote_it()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await rig.TwoRunsAsync(user);
        await second.PutAsync("output_url", new byte[ScriptedJob.OutputBytes], "video/mp4");
        await second.PutManifestAsync(new { });
        await first.PutOutputAsync();
        second.Status = "COMPLETED";
        await user.EndsAsync(first.JobId, "completed");
        Assert.Equal("completed,superseded", await rig.StatesAsync(first.JobId));
    }

    [Fact]
    public async Task A_failure_of_the_first_run_does_not_end_the_second()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await rig.TwoRunsAsync(user);
        first.Status = "FAILED";
        using (await _stack.CallBackAsync(first, "FAILED"))
        {
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(first.Reads > 0), "the callback is verified");
        await second.DeliverAsync();
        await user.EndsAsync(first.JobId, "completed");
    }

    [Fact]
    public async Task A_callback_that_names_the_run_of_another_job_does_not_stop_it()
    {
        var user = await _stack.UserAsync();
        var other = await _stack.SubmittedAsync(await user.CreateAsync());
        var mine = await _stack.CutAsync(user, isAccepted: true);
        using (await user.PostAsync($"/api/jobs/{mine.JobId}/cancel", new { }))
        {
        }
        using (await _stack.CallBackAsync(other, "IN_PROGRESS", mine.Webhook.PathAndQuery))
        {
        }
        using (await _stack.CallBackAsync(mine, "IN_PROGRESS"))
        {
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(mine.Cancelled), "the own run is cancelled");
        Assert.False(other.Cancelled);
    }

    [Fact]
    public async Task A_run_is_cancelled_at_RunPod_however_long_RunPod_rejects_the_call()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        work.CancelStatusCode = 503;
        using (await user.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
        }
        await user.EndsAsync(jobId, "cancelled");
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Cancels > 9), "it was tried more than nine times");
        work.CancelStatusCode = 200;
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Cancelled), "it is cancelled at RunPod");
        await Eventually.IsTrueAsync(
            () => _stack.JobsDatabase.ScalarAsync<bool>(
                $"select state = 'cancelled' and ended_at is not null from runs where job_id = '{jobId}'"),
            "the run has ended");
    }

    private Task<double> SecondsBetweenRunsAsync(Guid jobId) => _stack.JobsDatabase.ScalarAsync<double>(
        $"""
        select extract(epoch from b.submitted_at - a.submitted_at)::float8 from runs a join runs b using (job_id)
        where job_id = '{jobId}' and a.number = 1 and b.number = 2
        """);
}
