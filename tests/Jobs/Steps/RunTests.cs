using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>A job whose submission had no answer may have a second run: one of them wins, the others are stopped.</summary>
public sealed class RunTests(RunTests.Rig rig) : IClassFixture<RunTests.Rig>, IDisposable
{
    private readonly JobsStack _stack = rig.Stack;

    public void Dispose() => _stack.Heal();

    [Fact]
    public async Task A_second_run_waits_for_the_deadline_of_the_first_on_a_busy_endpoint()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await TwoRunsAsync(user);
        var waited = await _stack.JobsDatabase.ScalarAsync<double>(
            $"""
            select extract(epoch from b.submitted_at - a.submitted_at)::float8 from runs a join runs b using (job_id)
            where job_id = '{first.JobId}' and a.number = 1 and b.number = 2
            """);
        Assert.True(waited >= Rig.UnansweredSeconds, $"{waited}");
        await second.PutOutputAsync();
        second.Status = "COMPLETED";
        await user.EndsAsync(first.JobId, "completed");
        Assert.Equal("superseded,completed", await StatesAsync(first.JobId));
        Assert.Equal([100, -5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_run_that_RunPod_cannot_have_is_replaced_before_its_deadline()
    {
        var user = await _stack.UserAsync();
        _stack.RunPod.Health = (0, 0);
        var cut = await CutAsync(user, isAccepted: false);
        await CompletesAsync(user, cut.JobId);
        Assert.Equal("lost,completed", await StatesAsync(cut.JobId));
    }

    [Fact]
    public async Task An_orphan_that_delivers_first_wins_and_the_other_run_is_cancelled_at_RunPod()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await TwoRunsAsync(user);
        await first.PutOutputAsync();
        (first.ExecutionTime, first.WorkerId, first.Status) = (1500, "worker-1", "COMPLETED");
        second.Status = "IN_PROGRESS";
        using (await _stack.CallBackAsync(first))
        {
        }
        await user.EndsAsync(first.JobId, "completed");
        await Eventually.IsTrueAsync(() => Task.FromResult(second.Cancelled), "the loser is cancelled");
        Assert.False(first.Cancelled);
        await Eventually.IsTrueAsync(async () => await StatesAsync(first.JobId) == "completed,superseded", "each run has its state");
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
        var (first, second) = await TwoRunsAsync(user);
        first.Status = "IN_PROGRESS";
        using (await _stack.CallBackAsync(first, "IN_PROGRESS"))
        {
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(first.Cancelled), "the orphan is cancelled");
        Assert.False(second.Cancelled);
        await second.PutOutputAsync();
        second.Status = "COMPLETED";
        await user.EndsAsync(first.JobId, "completed");
        Assert.Equal("superseded,completed", await StatesAsync(first.JobId));
    }

    [Fact]
    public async Task An_orphan_that_is_named_after_the_end_is_cancelled_and_its_cost_is_known()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await TwoRunsAsync(user);
        await second.PutOutputAsync();
        second.Status = "COMPLETED";
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
        var first = await CutAsync(user, isAccepted: true);
        _stack.RunPod.OnRun = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await Eventually.IsTrueAsync(async () => await StatesAsync(first.JobId) == "superseded", "it is given up");
        first.Status = "IN_PROGRESS";
        using (await _stack.CallBackAsync(first, "IN_PROGRESS"))
        {
        }
        await user.BecomesAsync(first.JobId, "running");
        await first.PutOutputAsync();
        first.Status = "COMPLETED";
        await user.EndsAsync(first.JobId, "completed");
        Assert.Equal("completed", await StatesAsync(first.JobId));
        Assert.False(first.Cancelled);
    }

    [Fact]
    public async Task A_failure_of_the_first_run_does_not_end_the_second()
    {
        var user = await _stack.UserAsync();
        var (first, second) = await TwoRunsAsync(user);
        first.Status = "FAILED";
        using (await _stack.CallBackAsync(first, "FAILED"))
        {
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(first.Reads > 0), "the callback is verified");
        await second.PutOutputAsync();
        second.Status = "COMPLETED";
        await user.EndsAsync(first.JobId, "completed");
    }

    [Fact]
    public async Task A_job_cancelled_while_its_fate_is_unknown_is_stopped_when_its_callback_names_it()
    {
        var user = await _stack.UserAsync();
        var first = await CutAsync(user, isAccepted: true);
        using (await user.PostAsync($"/api/jobs/{first.JobId}/cancel", new { }))
        {
        }
        await user.EndsAsync(first.JobId, "cancelled");
        first.Status = "IN_PROGRESS";
        using (await _stack.CallBackAsync(first, "IN_PROGRESS"))
        {
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(first.Cancelled), "it is cancelled at RunPod");
        Assert.Equal("cancelled", await StatesAsync(first.JobId));
    }

    [Fact]
    public async Task A_callback_that_names_the_run_of_another_job_does_not_stop_it()
    {
        var user = await _stack.UserAsync();
        var other = await _stack.SubmittedAsync(await user.CreateAsync());
        var mine = await CutAsync(user, isAccepted: true);
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

    private Task<string?> StatesAsync(Guid jobId) => _stack.JobsDatabase.ScalarAsync<string?>(
        $"select coalesce(string_agg(state, ',' order by number), '') from runs where job_id = '{jobId}'");

    /// <summary>A job whose first run is an orphan at RunPod, and whose second is known.</summary>
    private async Task<(ScriptedJob First, ScriptedJob Second)> TwoRunsAsync(JobUser user)
    {
        var first = await CutAsync(user, isAccepted: true);
        await Eventually.IsTrueAsync(async () => await StatesAsync(first.JobId) == "superseded,submitted", "it was submitted again");
        return (first, Assert.Single(_stack.RunPod.JobsOf(first.JobId), run => run != first));
    }

    /// <summary>A job whose first submission is cut off; a later one is accepted.</summary>
    private async Task<ScriptedJob> CutAsync(JobUser user, bool isAccepted)
    {
        var cut = new TaskCompletionSource<ScriptedJob>();
        _stack.RunPod.OnRun = async (context, job) =>
        {
            if (cut.TrySetResult(job))
            {
                if (isAccepted)
                {
                    _stack.RunPod.Take(job);
                }
                context.Abort();
                return;
            }
            _stack.RunPod.Take(job);
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        await user.CreateAsync();
        var first = await cut.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.IsTrueAsync(async () => await StatesAsync(first.JobId) == "unanswered", "its fate is unknown");
        return first;
    }

    private async Task CompletesAsync(JobUser user, Guid jobId)
    {
        var work = await _stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        work.Status = "COMPLETED";
        await user.EndsAsync(jobId, "completed");
    }

    /// <summary>Unanswered submissions have a short deadline.</summary>
    public sealed class Rig : IAsyncLifetime
    {
        public const int UnansweredSeconds = 21;

        public JobsStack Stack { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Stack.InitializeWithoutJobsAsync();
            await Stack.UseJobsAsync(
                ("Jobs:ExecutionBaseSeconds", "20"), ("Jobs:ExecutionSecondsPerSecond", "0"), ("Jobs:ExecutionGraceSeconds", "0"),
                ("Jobs:UnknownWaitSeconds", "1"), ("RunPod:MicrodollarsPerSecond", "310"));
        }

        public ValueTask DisposeAsync() => Stack.DisposeAsync();
    }
}
