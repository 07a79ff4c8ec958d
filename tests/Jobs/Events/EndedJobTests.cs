using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The stream of jobs that have ended: each once, in the order of the commits, also after an interruption.</summary>
public sealed class EndedJobTests(JobsStack stack) : IClassFixture<JobsStack>
{
    private V1.JobsService.JobsServiceClient Client => new(stack.App.Invoker());

    [Fact]
    public async Task A_job_that_has_ended_is_streamed_once_with_what_was_returned()
    {
        var user = await stack.UserAsync();
        var before = await LastAsync();
        var hearing = HearAsync(before, 1);
        var failed = await user.CreateAsync();
        (await stack.SubmittedAsync(failed)).Status = "FAILED";
        await user.EndsAsync(failed, "failed");

        var heard = Assert.Single(await hearing);
        Assert.Equal(
            ($"{failed}", $"{user.UserId}", "framing", V1.JobStatus.Failed, 5, 5),
            (heard.JobId, heard.UserId, heard.Type, heard.Status, heard.CostCents, heard.RefundedCents));
        Assert.NotEmpty(heard.Error);

        // While nobody listens; and a charge or refund that is repeated is no second end.
        var cancelled = await user.CreateAsync();
        await stack.SubmittedAsync(cancelled);
        (await user.PostAsync($"/api/jobs/{cancelled}/cancel", new { })).Dispose();
        await user.EndsAsync(cancelled, "cancelled");
        await RepeatEndAsync(failed);
        var missed = Assert.Single(await HearAsync(heard.Sequence, 1));
        Assert.Equal(($"{cancelled}", V1.JobStatus.Cancelled), (missed.JobId, missed.Status));
        Assert.Equal(missed.Sequence, await LastAsync());
    }

    [Fact]
    public async Task Events_of_concurrent_commits_are_seen_in_their_order()
    {
        var before = await LastAsync();
        var databases = stack.App.Services.GetRequiredService<IDbContextFactory<JobsDbContext>>();
        await using var first = await databases.CreateDbContextAsync();
        await using var second = await databases.CreateDbContextAsync();
        await using var slow = await first.Database.BeginTransactionAsync();
        await EndedJob.Log.AppendAsync(first, [Ended()], CancellationToken.None);
        // Its number is higher, so it must not be there before the first one is.
        var fast = Task.Run(async () =>
        {
            await using var transaction = await second.Database.BeginTransactionAsync();
            await EndedJob.Log.AppendAsync(second, [Ended()], CancellationToken.None);
            await transaction.CommitAsync();
        });
        await Eventually.IsTrueAsync(
            async () => fast.IsCompleted || await stack.JobsDatabase.ScalarAsync<bool>(
                "select exists (select from pg_locks where locktype = 'advisory' and not granted "
                + "and database = (select oid from pg_database where datname = current_database()))"),
            "the second one waits");
        Assert.Equal(before, await LastAsync());
        await slow.CommitAsync();
        await fast;
        Assert.Equal(2, (await HearAsync(before, 2)).Count);
    }

    [Fact]
    public async Task Events_are_kept_for_30_days()
    {
        await stack.JobsDatabase.ExecuteAsync(
            """
            insert into ended_jobs (job_id, user_id, type, status, cost_cents, refunded_cents, ended_at)
            select gen_random_uuid(), gen_random_uuid(), 'framing', 'completed', days, 0, now() - make_interval(days => days)
            from unnest(array[29, 31]) as days
            """);
        await stack.App.Services.GetRequiredService<OldEndedJobs>().DeleteOldAsync(CancellationToken.None);
        Assert.Equal(29L, await stack.JobsDatabase.ScalarAsync<long>("select max(cost_cents) from ended_jobs where cost_cents > 20"));
    }

    [Fact]
    public async Task A_negative_cursor_is_rejected()
    {
        using var call = Client.WatchEndedJobs(new WatchEndedJobsRequest { AfterSequence = -1 });
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((StatusCode.InvalidArgument, "invalid_argument"), (error.StatusCode, error.ErrorCode()));
    }

    private static EndedJob Ended() => new()
    {
        JobId = Guid.NewGuid(),
        UserId = Guid.NewGuid(),
        Status = JobStatus.Completed,
        CostCents = 1,
        EndedAt = TimeProvider.System.GetUtcNow(),
    };

    private Task<long> LastAsync() => stack.JobsDatabase.ScalarAsync<long>("select coalesce(max(sequence), 0) from ended_jobs");

    private Task RepeatEndAsync(Guid jobId) => stack.App.Services.GetRequiredService<JobStore>().UpdateAsync(
        jobId,
        locked => locked.Apply(JobEvent.HoldEnded, new JobFacts { HoldEnd = new HoldEndAnswer(HoldEnd.Done) }),
        CancellationToken.None);

    private async Task<List<V1.EndedJob>> HearAsync(long after, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var call = Client.WatchEndedJobs(new WatchEndedJobsRequest { AfterSequence = after }, cancellationToken: patience.Token);
        var heard = new List<V1.EndedJob>();
        while (heard.Count < count && await call.ResponseStream.MoveNext(patience.Token))
        {
            heard.Add(call.ResponseStream.Current);
        }
        return heard;
    }
}
