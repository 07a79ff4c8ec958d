using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>What an operator sees of a user's jobs, and does to them by the user's own rules.</summary>
public sealed class OperatorJobsTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private readonly PastJobs _past = new(stack);

    private V1.JobsService.JobsServiceClient Client => new(stack.App.Invoker());

    public void Dispose() => stack.Heal();

    [Fact]
    public async Task The_jobs_of_a_user_are_listed_with_runs_and_cost_also_those_of_the_history()
    {
        var (user, other) = (await stack.UserAsync(), await stack.UserAsync());
        await other.CreateAsync();
        var first = await user.CreateAsync();
        await _past.CompleteAsync(first);
        await PastJobs.EndedAsync(user, first);
        await stack.JobsDatabase.ExecuteAsync($"update runs set cost_microdollars = 1234 where job_id = '{first}'");
        await _past.AgeAsync(first, days: 8);
        await _past.ArchiveAsync();
        var second = await user.CreateAsync();
        (await stack.SubmittedAsync(second)).Status = "FAILED";
        await PastJobs.EndedAsync(user, second);

        var newest = await Client.ListJobsAsync(new ListJobsRequest { UserId = $"{user.UserId}", Limit = 1 });
        var oldest = await Client.ListJobsAsync(
            new ListJobsRequest { UserId = $"{user.UserId}", Limit = 1, Cursor = newest.NextCursor });
        Assert.Equal("", oldest.NextCursor);
        var (failed, completed) = (Assert.Single(newest.Jobs), Assert.Single(oldest.Jobs));
        Assert.Equal(
            ($"{second}", V1.JobStatus.Failed, 5, "framing", "project"),
            (failed.Receipt.JobId, failed.Receipt.Status, failed.Receipt.RefundedCents, failed.Type, failed.ProjectId));
        Assert.Equal("failed", Assert.Single(failed.Receipt.Runs).State);
        Assert.NotEqual("", failed.Error);
        Assert.Equal(
            ($"{first}", V1.JobStatus.Completed, 5, 1234),
            (completed.Receipt.JobId, completed.Receipt.Status, completed.Receipt.SettledCents, completed.Receipt.ProviderMicrodollars));
        Assert.Equal(("completed", 1234), (completed.Receipt.Runs[0].State, completed.Receipt.Runs[0].ProviderMicrodollars));

        foreach (var request in new ListJobsRequest[]
        {
            new() { UserId = "x" }, new() { UserId = $"{user.UserId}", Limit = 101 }, new() { UserId = $"{user.UserId}", Cursor = "x" },
        })
        {
            Assert.Equal(
                (StatusCode.InvalidArgument, "invalid_argument"), await ErrorAsync(Client.ListJobsAsync(request).ResponseAsync));
        }
    }

    [Fact]
    public async Task A_job_is_cancelled_for_its_user_and_again_without_an_effect()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await stack.SubmittedAsync(jobId);
        await Client.CancelJobAsync(new CancelJobRequest { JobId = $"{jobId}" });
        await user.EndsAsync(jobId, "cancelled");
        var again = await Client.CancelJobAsync(new CancelJobRequest { JobId = $"{jobId}" });
        Assert.Equal(V1.JobStatus.Cancelled, again.Status);
        Assert.Equal([100, -5, 5], await user.StatementAsync());
    }

    [Fact]
    public async Task A_job_that_has_ended_otherwise_is_not_cancelled_also_in_the_history()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await user.CompletesAsync(jobId);
        await _past.AgeAsync(jobId, days: 8);
        for (var place = 0; place < 2; place++)
        {
            Assert.Equal(
                (StatusCode.FailedPrecondition, "job_not_cancellable"),
                await ErrorAsync(Client.CancelJobAsync(new CancelJobRequest { JobId = $"{jobId}" }).ResponseAsync));
            await _past.ArchiveAsync();
        }
        Assert.Equal(
            (StatusCode.NotFound, "job_not_found"),
            await ErrorAsync(Client.CancelJobAsync(new CancelJobRequest { JobId = $"{Guid.NewGuid()}" }).ResponseAsync));
        Assert.Equal(
            (StatusCode.InvalidArgument, "invalid_argument"),
            await ErrorAsync(Client.CancelJobAsync(new CancelJobRequest { JobId = "x" }).ResponseAsync));
    }

    [Fact]
    public async Task A_job_is_started_again_once_for_an_operation_from_the_wallet_of_the_account()
    {
        var (guest, account) = (await stack.UserAsync(), await stack.UserAsync());
        var jobId = await FailedAsync(guest);
        await stack.JobsDatabase.ExecuteAsync(
            $"insert into joined_users (from_user_id, into_user_id, joined_at) values ('{guest.UserId}', '{account.UserId}', now())");
        await stack.StorageDatabase.ExecuteAsync(
            $"insert into joined_users (from_user_id, into_user_id, joined_at) values ('{guest.UserId}', '{account.UserId}', now())");
        var request = new RetryJobRequest { JobId = $"{jobId}", OperationId = $"{Guid.NewGuid()}", ExpectedCents = 5 };
        var started = await Client.RetryJobAsync(request);
        var again = await Client.RetryJobAsync(request);
        Assert.Equal(
            ($"{account.UserId}", 5, 95, started.JobId), (started.UserId, started.CostCents, started.BalanceCents, again.JobId));
        await account.CompletesAsync(Guid.Parse(started.JobId));
        Assert.Equal([100, -5], await account.StatementAsync());
        Assert.Equal([100, -5, 5], await guest.StatementAsync());
        var receipt = await Client.ListJobsAsync(new ListJobsRequest { UserId = $"{account.UserId}", Limit = 1 });
        Assert.Equal($"{jobId}", receipt.Jobs[0].RetryOf);
    }

    [Fact]
    public async Task A_retry_is_rejected_by_the_rules_of_the_user()
    {
        var user = await stack.UserAsync(cents: 5);
        var open = await user.CreateAsync();
        await stack.SubmittedAsync(open);
        Assert.Equal((StatusCode.FailedPrecondition, "job_not_retryable"), await RetryErrorAsync(open));
        (await stack.SubmittedAsync(open)).Status = "FAILED";
        await user.EndsAsync(open, "failed");
        Assert.Equal((StatusCode.FailedPrecondition, "price_changed"), await RetryErrorAsync(open, expectedCents: 4));
        await stack.Wallet.FreezeAsync(new FreezeRequest { UserId = $"{user.UserId}", Reference = "dp_1" });
        Assert.Equal((StatusCode.FailedPrecondition, "wallet_frozen"), await RetryErrorAsync(open));
        await stack.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = $"{user.UserId}", Reference = "dp_1" });
        await stack.Wallet.DebitAsync(
            new DebitRequest { UserId = $"{user.UserId}", IdempotencyKey = "1", JobId = "other", AmountCents = 1 });
        Assert.Equal((StatusCode.FailedPrecondition, "insufficient_funds"), await RetryErrorAsync(open));
        await stack.StorageDatabase.ExecuteAsync($"delete from uploads where user_id = '{user.UserId}'");
        Assert.Equal((StatusCode.NotFound, "source_not_found"), await RetryErrorAsync(open));
        Assert.Equal((StatusCode.NotFound, "job_not_found"), await RetryErrorAsync(Guid.NewGuid()));
        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), await RetryErrorAsync(open, expectedCents: -1));
    }

    private async Task<Guid> FailedAsync(JobUser user)
    {
        var jobId = await user.CreateAsync();
        (await stack.SubmittedAsync(jobId)).Status = "FAILED";
        await user.EndsAsync(jobId, "failed");
        return jobId;
    }

    private Task<(StatusCode, string?)> RetryErrorAsync(Guid jobId, long expectedCents = 0) => ErrorAsync(Client.RetryJobAsync(
        new RetryJobRequest { JobId = $"{jobId}", OperationId = $"{Guid.NewGuid()}", ExpectedCents = expectedCents }).ResponseAsync);

    private static async Task<(StatusCode, string?)> ErrorAsync(Task call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        return (error.StatusCode, error.ErrorCode());
    }
}
