using System.Net;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Steps that failed by a bug are tried again without an operator; those that another service has rejected are not.</summary>
public sealed class BrokenStepTests : IAsyncLifetime
{
    private readonly JobsStack _stack = new();
    private readonly ScriptedWallet _wallet = new();

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeWithoutJobsAsync();
        await _stack.UseJobsAsync(_wallet, ("Jobs:MaxFaults", "3"));
    }

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task A_refund_and_an_abandoned_job_that_failed_by_a_bug_are_completed_after_the_correction()
    {
        await _stack.JobsDatabase.ExecuteAsync(
            """
            create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
            create trigger tr_broken before update on jobs for each row
            when (new.status = 'failed' or (new.status = 'created' and new.outcome is not null)) execute function broken();
            """);
        var user = await _stack.UserAsync();
        var failed = await user.CreateAsync();
        (await _stack.SubmittedAsync(failed)).Status = "FAILED";
        _wallet.BeforeHold = _ => throw new RpcException(new Status(StatusCode.Unavailable, "no answer"));
        using (var unavailable = await user.PostAsync("/api/jobs", user.Job()))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, unavailable.StatusCode);
        }
        await DeadAsync(user, "abandon, end_hold");
        Assert.Equal("queued", (await user.GetAsync(failed)).GetProperty("status").GetString());

        await _stack.JobsDatabase.ExecuteAsync("drop trigger tr_broken on jobs");
        Assert.Equal(0, await RetryAsync());
        await AnHourPassesAsync();
        Assert.Equal(2, await RetryAsync());

        await user.EndsAsync(failed, "failed");
        // What may be held for the other one is released when its caller can no longer repeat the request.
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<string>(
                "select coalesce(string_agg(kind || ' ' || outcome, ', '), '') from intents join jobs using (job_id)") == "end_hold failed",
            "the other job is abandoned");
        await _stack.JobsDatabase.ExecuteAsync("update intents set due_at = now() where kind = 'end_hold'");
        await Eventually.IsTrueAsync(
            async () => await _stack.JobsDatabase.ScalarAsync<long>("select count(*) from jobs") == 1, "nothing was held: it is deleted");
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task What_the_wallet_has_rejected_is_left_to_an_operator()
    {
        var user = await _stack.UserAsync();
        _wallet.BeforeEnd = () => throw RpcErrors.Reject(StatusCode.FailedPrecondition, "wallet_frozen", "refused");
        (await _stack.SubmittedAsync(await user.CreateAsync())).Status = "FAILED";
        await DeadAsync(user, "end_hold");
        await AnHourPassesAsync();
        Assert.Equal(0, await RetryAsync());
        await DeadAsync(user, "end_hold");
    }

    private Task<int> RetryAsync() => _stack.App.Services.GetRequiredService<BrokenSteps>().RetryAsync(CancellationToken.None);

    private Task AnHourPassesAsync() =>
        _stack.JobsDatabase.ExecuteAsync("update intents set dead_since = dead_since - interval '61 minutes'");

    private Task DeadAsync(JobUser user, string kinds) => Eventually.BecomesAsync(
        async () =>
        {
            await _stack.HurryAsync(user.UserId);
            return await _stack.JobsDatabase.ScalarAsync<string>(
                "select coalesce(string_agg(kind, ', ' order by kind), '') from intents where dead_since is not null");
        },
        dead => dead == kinds, $"{kinds} are dead");
}
