using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Operators are told of dead steps, paused endpoints and too many failures.</summary>
public sealed class JobConditionTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();
    private readonly ScriptedWallet _wallet = new();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        await _stack.UseJobsAsync(_wallet, _ => { }, ("JobAlerts:MinJobs", "10"));
    }

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task A_step_that_the_wallet_contradicts_is_told_until_it_is_replayed()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        _wallet.BeforeEnd = () => throw RpcErrors.Reject(Grpc.Core.StatusCode.FailedPrecondition, "wallet_frozen", "refused");
        (await _stack.SubmittedAsync(jobId)).Status = "FAILED";
        var text = await Eventually.BecomesAsync(
            () => _stack.App.ConditionAsync(ConditionKinds.DeadJobStep, $"{jobId}:end_hold"), found => found is not null, "it is told");
        Assert.Equal($"Job {jobId}: end_hold is not tried any more. wallet_frozen", text);
        _wallet.BeforeEnd = null;
        await new V1.JobsService.JobsServiceClient(_stack.App.Invoker())
            .ReplayIntentAsync(new V1.ReplayIntentRequest { JobId = $"{jobId}", Kind = "end_hold" });
        await user.EndsAsync(jobId, "failed");
        Assert.Null(await _stack.App.ConditionAsync(ConditionKinds.DeadJobStep, $"{jobId}"));
    }

    [Fact]
    public async Task A_pause_is_told_while_it_lasts_and_for_five_minutes_at_least()
    {
        await PauseAsync("short", pausedMinutesAgo: 4, untilMinutes: -3);
        await PauseAsync("over", pausedMinutesAgo: 30, untilMinutes: -1);
        await PauseAsync("long", pausedMinutesAgo: 30, untilMinutes: 10);
        Assert.StartsWith("Endpoint short is paused until", await PausedAsync("short"), StringComparison.Ordinal);
        Assert.EndsWith("UTC: three crashes", await PausedAsync("long"), StringComparison.Ordinal);
        Assert.Null(await PausedAsync("over"));
        // The next pause is another condition.
        var first = (await _stack.App.ConditionsAsync())[ConditionKinds.EndpointPaused].Conditions.Select(one => one.Subject);
        await _stack.JobsDatabase.ExecuteAsync(
            "update endpoint_pauses set paused_at = now(), paused_until = now() + interval '1 hour' where endpoint_id = 'long'");
        var second = (await _stack.App.ConditionsAsync())[ConditionKinds.EndpointPaused].Conditions.Select(one => one.Subject);
        Assert.Single(second.Intersect(first));
    }

    [Fact]
    public async Task More_than_a_twentieth_of_failed_jobs_is_told()
    {
        await EndedAsync("completed", 8);
        await EndedAsync("failed", 1);
        // What users have cancelled, and of another day.
        await EndedAsync("cancelled", 50);
        await EndedAsync("failed", 50, minutesAgo: 24 * 60 + 1);
        Assert.Null(await FailuresAsync());
        await EndedAsync("timed_out", 1);
        Assert.Equal("2 of 10 jobs have failed in 60 minutes, more than 5 %.", await FailuresAsync());
        await EndedAsync("completed", 30);
        // Of another hour: these are enough for a share of their own.
        await EndedAsync("failed", 50, minutesAgo: 61);
        Assert.Null(await FailuresAsync());
        Assert.Equal(
            [ConditionKinds.DeadJobStep, ConditionKinds.EndpointPaused, ConditionKinds.JobFailures],
            (await _stack.App.ConditionsAsync()).Keys.Order());
    }

    [Theory]
    [InlineData(0, 2, null)]
    [InlineData(0, 3, "3 of 3 jobs have failed in 60 minutes, more than 5 %.")]
    [InlineData(0, 9, "9 of 9 jobs have failed in 60 minutes, more than 5 %.")]
    [InlineData(3, 3, null)]
    [InlineData(3, 4, "4 of 7 jobs have failed in 60 minutes, more than 5 %.")]
    public async Task Of_a_few_jobs_most_must_fail(int completed, int failed, string? expected)
    {
        await EndedAsync("completed", completed);
        await EndedAsync("failed", failed);
        Assert.Equal(expected, await FailuresAsync());
    }

    [Fact]
    public async Task Where_few_jobs_end_the_latest_of_a_day_count()
    {
        await EndedAsync("failed", 20, minutesAgo: 24 * 60 + 1);
        await EndedAsync("failed", 1, minutesAgo: 900);
        await EndedAsync("completed", 7, minutesAgo: 600);
        await EndedAsync("failed", 2, minutesAgo: 300);
        // The latest ten.
        Assert.Equal("3 of the last 10 jobs of a day have failed, more than 5 %.", await FailuresAsync());
        await EndedAsync("completed", 1);
        Assert.Null(await FailuresAsync());
    }

    [Fact]
    public async Task Three_jobs_of_a_day_that_all_fail_are_told()
    {
        await EndedAsync("failed", 5, minutesAgo: 24 * 60 + 1);
        await EndedAsync("failed", 1, minutesAgo: 1000);
        await EndedAsync("failed", 1, minutesAgo: 500);
        Assert.Null(await FailuresAsync());
        await EndedAsync("failed", 1);
        Assert.Equal("3 of the last 3 jobs of a day have failed, more than 5 %.", await FailuresAsync());
    }

    private Task<string?> FailuresAsync() => _stack.App.ConditionAsync(ConditionKinds.JobFailures, "jobs");

    private Task<string?> PausedAsync(string endpoint) => _stack.App.ConditionAsync(ConditionKinds.EndpointPaused, $"{endpoint}@");

    private Task PauseAsync(string endpoint, int pausedMinutesAgo, int untilMinutes) => _stack.JobsDatabase.ExecuteAsync(
        $"""
        insert into endpoint_pauses (endpoint_id, paused_at, paused_until, reason, pauses)
        values ('{endpoint}', now() - interval '{pausedMinutesAgo} minutes', now() + interval '{untilMinutes} minutes', 'three crashes', 1)
        """);

    private Task EndedAsync(string status, int count, int minutesAgo = 1) => _stack.JobsDatabase.ExecuteAsync(
        $"""
        insert into ended_jobs (job_id, user_id, type, status, cost_cents, refunded_cents, ended_at)
        select gen_random_uuid(), gen_random_uuid(), 'upscale', '{status}', 5, 0, now() - interval '{minutesAgo} minutes'
        from generate_series(1, {count})
        """);
}
