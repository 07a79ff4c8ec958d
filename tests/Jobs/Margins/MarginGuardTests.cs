using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>An endpoint that burns money is paused, on two replicas.</summary>
public sealed class MarginGuardTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();
    private readonly CollectedLogs _logs = new();
    private ServiceApp _other = null!;

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        (string, string)[] settings =
        [
            // A job that crashes is not tried again.
            ("Jobs:MaxRuns", "1"), ("MarginGuard:CrashesInARow", "3"), ("MarginGuard:Runs", "4"), ("RunPod:MicrodollarsPerSecond", "30000"),
            // A test looks at the runs itself.
            ("MarginGuard:IntervalSeconds", "3600"),
        ];
        await _stack.UseJobsAsync(_logs.Register, settings);
        _other = await _stack.StartJobsAsync(settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _stack.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task Crashing_runs_pause_the_endpoint_for_all_replicas_until_an_operator_resumes_it()
    {
        using var metrics = new RecordedMetrics(_stack.App.Services);
        for (var i = 0; i < 3; i++)
        {
            await Guard.CheckAsync(CancellationToken.None);
            Assert.Equal(0, await PausesAsync());
            await EndAsync("FAILED", "the worker exited while it ran the job", executionTime: 1000);
        }
        await Guard.CheckAsync(CancellationToken.None);
        await OtherGuard.CheckAsync(CancellationToken.None);
        Assert.Equal(1, await PausesAsync());
        Assert.Equal("local crashes 1", await _stack.JobsDatabase.ScalarAsync<string>(
            """
            select endpoint_id || case when reason like '%have crashed%' then ' crashes ' else ' ' end || pauses
            from endpoint_pauses where paused_until > now() + interval '14 minutes'
            """));
        Assert.Single(_logs.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal)
            && line.Contains("Endpoint local is paused until", StringComparison.Ordinal));
        Assert.Equal([1], metrics.Of("jobs.endpoints.paused", ("endpoint", "local"), ("reason", "crashes")));

        // Neither replica submits, nor is anything lost.
        var runs = _stack.RunPod.Runs;
        var user = await _stack.UserAsync();
        var jobs = new[] { await user.CreateAsync(), await user.On(_other).CreateAsync() };
        Assert.Equal((true, true), (await SubmitsNothingAsync(_stack.App), await SubmitsNothingAsync(_other)));
        Assert.Equal(runs, _stack.RunPod.Runs);

        // As the runbook says.
        await _stack.JobsDatabase.ExecuteAsync("update endpoint_pauses set paused_until = now() where endpoint_id = 'local'");
        foreach (var jobId in jobs)
        {
            var work = await _stack.SubmittedAsync(jobId);
            await work.DeliverAsync();
        }
        foreach (var jobId in jobs)
        {
            await user.BecomesAsync(jobId, "completed");
        }
        // What happened before does not count again.
        await Guard.CheckAsync(CancellationToken.None);
        Assert.Equal(0, await PausesAsync());
    }

    [Fact]
    public async Task Faults_of_videos_pause_nothing()
    {
        for (var i = 0; i < 7; i++)
        {
            await EndAsync("FAILED", "the source has no picture", executionTime: null);
        }
        await Guard.CheckAsync(CancellationToken.None);
        Assert.Equal(0, await PausesAsync());
    }

    [Fact]
    public async Task Runs_that_cost_more_than_they_earn_pause_the_endpoint_twice_as_long_each_time()
    {
        for (var i = 0; i < 4; i++)
        {
            // 2 s at 30,000 microdollars; the job earned 50,000.
            await EndAsync("COMPLETED", null, executionTime: 2000);
        }
        await Guard.CheckAsync(CancellationToken.None);
        Assert.Equal(1, await PausesAsync());
        Assert.Equal(15, await MinutesAsync());

        await _stack.JobsDatabase.ExecuteAsync("update endpoint_pauses set paused_until = now()");
        for (var i = 0; i < 6; i++)
        {
            await EndAsync("FAILED", "the worker exited while it ran the job", executionTime: 1000);
        }
        await Guard.CheckAsync(CancellationToken.None);
        Assert.Equal(30, await MinutesAsync());
    }

    private MarginGuard Guard => _stack.App.Services.GetRequiredService<MarginGuard>();

    private MarginGuard OtherGuard => _other.Services.GetRequiredService<MarginGuard>();

    private static async Task<bool> SubmitsNothingAsync(ServiceApp app)
    {
        var (waiting, slots) = await TurnReads.OfAsync(app);
        return waiting.Endpoints["local"].IsPaused && waiting.Lanes.Count > 0 && slots.Free(waiting.Lanes).Total == 0;
    }

    private async Task EndAsync(string status, string? error, long? executionTime)
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        if (status == "COMPLETED")
        {
            await work.PutOutputAsync();
        }
        (work.Error, work.ExecutionTime, work.Status) = (error, executionTime, status);
        using (await _stack.CallBackAsync(work, status))
        {
        }
        await user.BecomesAsync(jobId, status == "COMPLETED" ? "completed" : "failed");
    }

    private Task<long> PausesAsync() =>
        _stack.JobsDatabase.ScalarAsync<long>("select count(*) from endpoint_pauses where paused_until > now()");

    private Task<int> MinutesAsync() => _stack.JobsDatabase.ScalarAsync<int>(
        "select round(extract(epoch from paused_until - paused_at) / 60)::int from endpoint_pauses");
}
