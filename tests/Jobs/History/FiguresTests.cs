using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The jobs of all users by the day of their end.</summary>
public sealed class FiguresTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private readonly PastJobs _past = new(stack);

    public void Dispose() => stack.Heal();

    [Fact]
    public async Task Each_day_of_UTC_has_the_jobs_that_ended_on_it_and_the_cost_of_their_runs_also_of_the_history()
    {
        var user = await stack.UserAsync();
        var last = await EndAsync(user, "COMPLETED", "2020-03-01 23:59:59.999999+00", microdollars: 1_000);
        await _past.ArchiveAsync();
        Assert.Equal((0, 1, 0, 0), await _past.RowsAsync(last));
        await EndAsync(user, "FAILED", "2020-03-02 00:00:00+00", microdollars: 30);
        await EndAsync(user, "COMPLETED", "2020-03-02 23:59:59.999999+00", microdollars: 200);
        await EndAsync(user, "CANCELLED", "2020-03-04 00:00:00+00", microdollars: 4);
        await EndAsync(user, "TIMED_OUT", "2020-03-04 12:00:00+01", microdollars: 500);
        var hidden = await EndAsync(user, "FAILED", "2020-03-04 12:00:00+00", microdollars: 7_000);
        await stack.JobsDatabase.ExecuteAsync(
            $"""
            update jobs set queued_at = null where job_id = '{hidden}';
            update job_history set job = jsonb_set(job, array['queued_at'], 'null') where job_id = '{hidden}'
            """);
        await stack.SubmittedAsync(await user.CreateAsync());
        var given = await user.CreateAsync();
        await stack.SubmittedAsync(given);
        // What follows the submission is committed after it.
        var dead = await Eventually.BecomesAsync(
            () => stack.JobsDatabase.ScalarAsync<long>(
                $"""
                with dead as (update intents set dead_since = now() where job_id = '{given}' returning 1) select count(*) from dead
                """),
            count => count > 0, "the job has a step");

        var figures = await GetAsync("2020-03-01", "2020-03-04");
        Assert.Equal(
            [
                new V1.JobDay { Day = "2020-03-01", Completed = 1, ProviderMicrodollars = 1_000 },
                new V1.JobDay { Day = "2020-03-02", Completed = 1, Failed = 1, ProviderMicrodollars = 230 },
                new V1.JobDay { Day = "2020-03-04", Cancelled = 1, TimedOut = 1, ProviderMicrodollars = 504 },
            ],
            figures.Days);
        Assert.Equal((2, 0), (figures.Queued, figures.Running));
        Assert.Equal(dead, figures.DeadSteps);
        Assert.Equal(figures.Days[1], Assert.Single((await GetAsync("2020-03-02", "2020-03-02")).Days));
        Assert.Empty((await GetAsync("2020-03-03", "2020-03-03")).Days);

        // A day is the same when its jobs have moved.
        await _past.ArchiveAsync();
        Assert.Equal(0, await stack.JobsDatabase.ScalarAsync<long>("select count(*) from jobs where updated_at < '2020-03-05'"));
        Assert.Equal(figures.Days, (await GetAsync("2020-03-01", "2020-03-04")).Days);
    }

    [Theory]
    [InlineData("", "2020-02-02")]
    [InlineData("2020-02-02", "2020-02-01")]
    [InlineData("2020-01-01", "2020-04-02")]
    public async Task Other_days_are_rejected(string first, string last)
    {
        var rejected = await Assert.ThrowsAsync<RpcException>(() => GetAsync(first, last));
        Assert.Equal((StatusCode.InvalidArgument, JobsErrorCodes.InvalidArgument), (rejected.StatusCode, rejected.ErrorCode()));
    }

    private async Task<Guid> EndAsync(JobUser user, string said, string at, long microdollars)
    {
        var jobId = await user.CreateAsync();
        if (said == "COMPLETED")
        {
            await _past.CompleteAsync(jobId);
        }
        else
        {
            (await stack.SubmittedAsync(jobId)).Status = said;
        }
        await PastJobs.EndedAsync(user, jobId);
        // What is not used of a run is paid as well: one of the runs has cost it all.
        await stack.JobsDatabase.ExecuteAsync(
            $"""
            update runs set cost_microdollars = case number when 1 then {microdollars} else 0 end where job_id = '{jobId}';
            update jobs set created_at = timestamptz '{at}' - interval '1 hour', updated_at = '{at}' where job_id = '{jobId}'
            """);
        return jobId;
    }

    private Task<GetFiguresResponse> GetAsync(string first, string last) =>
        new V1.JobsService.JobsServiceClient(stack.App.Invoker()).GetFiguresAsync(
            new GetFiguresRequest { FirstDay = first, LastDay = last }).ResponseAsync;
}
