using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A run that was given up, or whose job has ended, turns up at RunPod.</summary>
public sealed class OrphanRunTests(RunRig rig) : IClassFixture<RunRig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;

    public void Dispose() => _stack.Heal();

    [Fact]
    public async Task An_orphan_that_delivers_first_wins_and_the_other_run_is_cancelled_at_RunPod()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await rig.TwoRunsAsync(user);
        await first.PutOutputAsync();
        (first.ExecutionTime, first.WorkerId, first.Status) = (1500, "worker-1", "COMPLETED");
        second.Status = "IN_PROGRESS";
        using (await _stack.CallBackAsync(first))
        {
        }
        await user.EndsAsync(first.JobId, "completed");
        await Eventually.IsTrueAsync(() => Task.FromResult(second.Cancelled), "the loser is cancelled");
        Assert.False(first.Cancelled);
        await Eventually.IsTrueAsync(async () => await rig.StatesAsync(first.JobId) == "completed,superseded", "each run has its state");
        Assert.Equal($"{first.Id} 1500 620 worker-1", await _stack.JobsDatabase.ScalarAsync<string>(
            $"""
            select runpod_id || ' ' || execution_time_ms || ' ' || cost_microdollars || ' ' || worker_id
            from runs where job_id = '{first.JobId}' and number = 1
            """));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task An_orphan_that_still_runs_is_cancelled_when_another_run_is_open()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await rig.TwoRunsAsync(user);
        first.Status = "IN_PROGRESS";
        using (await _stack.CallBackAsync(first, "IN_PROGRESS"))
        {
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(first.Cancelled), "the orphan is cancelled");
        Assert.False(second.Cancelled);
        await second.DeliverAsync();
        await user.EndsAsync(first.JobId, "completed");
        Assert.Equal("superseded,completed", await rig.StatesAsync(first.JobId));
    }

    [Fact]
    public async Task An_orphan_that_is_named_after_the_end_is_cancelled_and_its_cost_is_known()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await rig.TwoRunsAsync(user);
        await second.DeliverAsync();
        await user.EndsAsync(first.JobId, "completed");
        (first.ExecutionTime, first.Status) = (2001, "IN_PROGRESS");
        using (await _stack.CallBackAsync(first, "IN_PROGRESS"))
        {
        }
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>(
                $"""
                select coalesce(max(cost_microdollars), 0) from runs
                where job_id = '{first.JobId}' and number = 1 and ended_at is not null
                """) == 930,
            "the cost of the orphan is stored");
        Assert.True(first.Cancelled);
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task An_orphan_that_turns_up_while_no_other_run_is_open_is_continued()
    {
        var user = await _stack.UserAsync();
        var first = await _stack.CutAsync(user, isAccepted: true);
        var isRefused = false;
        _stack.RunPod.OnRun = (context, _) =>
        {
            // No further submission may be open when the orphan turns up.
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (503, "3600");
            isRefused = true;
            return Task.CompletedTask;
        };
        await rig.PassDeadlineAsync(first.JobId);
        await Eventually.IsTrueAsync(
            async () => isRefused && await rig.StatesAsync(first.JobId) == "superseded", "it is given up and cannot be submitted again");
        first.Status = "IN_PROGRESS";
        using (await _stack.CallBackAsync(first, "IN_PROGRESS"))
        {
        }
        await user.BecomesAsync(first.JobId, "running");
        await first.DeliverAsync();
        await user.EndsAsync(first.JobId, "completed");
        Assert.Equal("completed", await rig.StatesAsync(first.JobId));
        Assert.False(first.Cancelled);
    }

    [Fact]
    public async Task A_job_cancelled_while_its_fate_is_unknown_is_stopped_when_its_callback_names_it()
    {
        var user = await _stack.UserAsync();
        var first = await _stack.CutAsync(user, isAccepted: true);
        using (await user.PostAsync($"/api/jobs/{first.JobId}/cancel", new { }))
        {
        }
        await user.EndsAsync(first.JobId, "cancelled");
        first.Status = "IN_PROGRESS";
        using (await _stack.CallBackAsync(first, "IN_PROGRESS"))
        {
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(first.Cancelled), "it is cancelled at RunPod");
        Assert.Equal("cancelled", await rig.StatesAsync(first.JobId));
    }
}
