using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Steps that are not tried any more are listed for operators, who have them tried again.</summary>
public sealed class DeadIntentTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();
    private readonly ScriptedWallet _wallet = new();
    private readonly CollectedLogs _logs = new();
    private V1.JobsService.JobsServiceClient _service = null!;

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        await _stack.UseJobsAsync(_wallet, _logs.Register, ("Jobs:MaxFaults", "3"));
        _service = new V1.JobsService.JobsServiceClient(_stack.App.Invoker());
    }

    public async ValueTask DisposeAsync()
    {
        await _stack.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task An_end_that_the_wallet_rejects_is_listed_and_ends_the_job_when_it_is_replayed()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        _wallet.BeforeEnd = () => throw RpcErrors.Reject(StatusCode.FailedPrecondition, "wallet_frozen", "refused");
        (await _stack.SubmittedAsync(jobId)).Status = "FAILED";
        var dead = await ListedAsync(jobId);
        Assert.Equal(
            ("end_hold", V1.JobStatus.Queued, V1.JobStatus.Failed, "wallet_frozen", user.UserId.ToString()),
            (dead.Kind, dead.Status, dead.Outcome, dead.Error, dead.UserId));
        Assert.Equal((95, 5), await user.BalanceAsync());

        // Rejected once more: it returns to the list.
        await ReplayAsync(jobId, "end_hold");
        var again = await Eventually.BecomesAsync(
            () => ListedAsync(jobId), one => one.DeadSince.ToDateTimeOffset() > dead.DeadSince.ToDateTimeOffset(), "it is dead again");
        Assert.Equal("wallet_frozen", again.Error);

        _wallet.BeforeEnd = null;
        await ReplayAsync(jobId, "end_hold");
        await user.EndsAsync(jobId, "failed");
        Assert.Empty((await _service.ListDeadIntentsAsync(new ListDeadIntentsRequest())).Intents);
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task The_dead_dispatch_of_a_job_that_has_ended_leaves_the_list_without_a_new_run()
    {
        var user = await _stack.UserAsync();
        _stack.RunPod.OnRun = (context, _) =>
        {
            context.Response.StatusCode = 422;
            return Task.CompletedTask;
        };
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, "failed");
        Assert.Equal(("dispatch", "HTTP 422"), ((await ListedAsync(jobId)).Kind, (await ListedAsync(jobId)).Error));
        var runs = _stack.RunPod.Runs;
        await ReplayAsync(jobId, "dispatch");
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>($"select count(*) from intents where job_id = '{jobId}'") == 0,
            "the intent is gone");
        Assert.Equal(runs, _stack.RunPod.Runs);
    }

    [Fact]
    public async Task A_step_that_fails_by_a_bug_ends_its_job_with_a_refund_and_is_listed()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        // No outage and no other service's error: every attempt to store the progress fails.
        await _stack.JobsDatabase.ExecuteAsync(
            "create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;"
            + $"create trigger tr_broken before update on jobs for each row when (new.job_id = '{jobId}' and new.progress > 0 "
            + "and new.status = 'running') execute function broken()");
        (work.Output, work.Status) = (new { progress = 10 }, "IN_PROGRESS");
        var job = await user.EndsAsync(jobId, "failed");
        Assert.Equal("The job ended by an internal error.", job.GetProperty("error").GetString());
        Assert.Equal("poll", (await ListedAsync(jobId)).Kind);
        await Eventually.IsTrueAsync(() => Task.FromResult(work.Cancelled), "its run is cancelled");
    }

    [Fact]
    public async Task A_job_whose_poll_fails_by_a_bug_is_completed_when_its_output_is_there()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await _stack.SubmittedAsync(jobId);
        await _stack.JobsDatabase.ExecuteAsync(
            "create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;"
            + $"create trigger tr_broken before update on jobs for each row when (new.job_id = '{jobId}' and new.progress between 1 and 99 "
            + "and new.status = 'running') execute function broken()");
        await work.PutOutputAsync();
        (work.Output, work.Status) = (new { progress = 10 }, "IN_PROGRESS");
        await user.EndsAsync(jobId, "completed");
        // What failed is only that the progress could not be stored.
        Assert.Contains("broken", string.Join('\n', _logs.Lines), StringComparison.Ordinal);
        Assert.DoesNotContain(_logs.Lines, line => line.Contains("is left to an operator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_list_is_paged_oldest_first()
    {
        var user = await _stack.UserAsync();
        _stack.RunPod.OnRun = (context, _) =>
        {
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        };
        var jobs = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var jobId = await user.CreateAsync();
            await Eventually.BecomesAsync(
                () => user.GetAsync(jobId), job => job.GetProperty("status").GetString() == "failed", "it fails");
            jobs.Add(jobId.ToString());
        }
        var (listed, cursor) = (new List<string>(), "");
        do
        {
            var page = await _service.ListDeadIntentsAsync(new ListDeadIntentsRequest { Limit = 2, Cursor = cursor });
            Assert.InRange(page.Intents.Count, 1, 2);
            listed.AddRange(page.Intents.Select(one => one.JobId));
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);
        Assert.Equal(jobs, listed);
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "end_hold", StatusCode.NotFound, JobsErrorCodes.IntentNotFound)]
    [InlineData("me", "end_hold", StatusCode.InvalidArgument, JobsErrorCodes.InvalidArgument)]
    [InlineData("00000000-0000-0000-0000-000000000000", "refund", StatusCode.InvalidArgument, JobsErrorCodes.InvalidArgument)]
    public async Task A_replay_of_nothing_is_rejected(string jobId, string kind, StatusCode status, string code)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => ReplayAsync(jobId, kind));
        Assert.Equal((status, code), (exception.StatusCode, exception.ErrorCode()));
    }

    [Fact]
    public async Task A_step_that_is_still_being_tried_is_not_replayed_and_a_malformed_page_is_rejected()
    {
        var user = await _stack.UserAsync();
        var jobId = await user.CreateAsync();
        await _stack.SubmittedAsync(jobId);
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>(
                $"select count(*) from intents where job_id = '{jobId}' and kind = 'poll'") == 1,
            "it is polled");
        var exception = await Assert.ThrowsAsync<RpcException>(() => ReplayAsync(jobId, "poll"));
        Assert.Equal((StatusCode.FailedPrecondition, JobsErrorCodes.IntentNotDead), (exception.StatusCode, exception.ErrorCode()));
        foreach (var request in new ListDeadIntentsRequest[] { new() { Limit = 101 }, new() { Limit = -1 }, new() { Cursor = "x" } })
        {
            var invalid = await Assert.ThrowsAsync<RpcException>(async () => await _service.ListDeadIntentsAsync(request));
            Assert.Equal(JobsErrorCodes.InvalidArgument, invalid.ErrorCode());
        }
    }

    private Task ReplayAsync(Guid jobId, string kind) => ReplayAsync(jobId.ToString(), kind);

    private async Task ReplayAsync(string jobId, string kind) =>
        await _service.ReplayIntentAsync(new ReplayIntentRequest { JobId = jobId, Kind = kind });

    private Task<V1.DeadIntent> ListedAsync(Guid jobId) => Eventually.BecomesAsync(
        async () => (await _service.ListDeadIntentsAsync(new ListDeadIntentsRequest()))
            .Intents.SingleOrDefault(one => one.JobId == jobId.ToString())!,
        one => one is not null, "an operator sees it");
}
