using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Which jobs leave the work tables, and when.</summary>
public sealed class JobArchiverTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    private readonly PastJobs _past = new(stack);

    public void Dispose() => stack.Heal();

    [Theory]
    [InlineData("COMPLETED", 6, false)]
    [InlineData("COMPLETED", 8, true)]
    [InlineData("FAILED", 8, false)]
    [InlineData("FAILED", 29, false)]
    [InlineData("FAILED", 31, true)]
    [InlineData("CANCELLED", 31, true)]
    [InlineData("TIMED_OUT", 31, true)]
    public async Task Completed_jobs_move_after_a_week_and_others_after_a_month(string said, int days, bool isMoved)
    {
        var user = await stack.UserAsync();
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
        await _past.AgeAsync(jobId, days);
        await _past.ArchiveAsync();
        Assert.Equal(isMoved ? (0, 1, 0, 0) : (1, 0, 1, await _past.IntentsAsync(jobId)), await _past.RowsAsync(jobId));
    }

    [Fact]
    public async Task A_job_with_a_step_to_do_stays_and_one_that_an_operator_has_stays_for_a_month()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        await _past.CompleteAsync(jobId);
        await user.EndsAsync(jobId, "completed");
        await stack.JobsDatabase.ExecuteAsync(
            $"insert into intents (job_id, kind, due_at, attempts, failures) values ('{jobId}', 'cancel', now() + interval '1 day', 0, 0)");
        await _past.AgeAsync(jobId, days: 31);
        await _past.ArchiveAsync();
        Assert.Equal((1, 0, 1, 1), await _past.RowsAsync(jobId));

        await stack.JobsDatabase.ExecuteAsync($"update intents set dead_since = now() where job_id = '{jobId}'");
        await _past.AgeAsync(jobId, days: 29);
        await _past.ArchiveAsync();
        Assert.Equal((1, 0, 1, 1), await _past.RowsAsync(jobId));

        await _past.MoveAsync(jobId, days: 31);
        Assert.Equal((0, 1, 0, 0), await _past.RowsAsync(jobId));
    }

    [Fact]
    public async Task A_decided_job_whose_money_has_not_moved_stays()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        var work = await stack.SubmittedAsync(jobId);
        stack.WalletGate.HoldAnswers = true;
        work.Status = "FAILED";
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>(
                $"select count(*) from jobs where job_id = '{jobId}' and outcome = 'failed'") == 1,
            "it is decided");
        await _past.AgeAsync(jobId, days: 400);
        await _past.ArchiveAsync();
        Assert.Equal((1, 0), ((await _past.RowsAsync(jobId)).Jobs, (await _past.RowsAsync(jobId)).Past));
        stack.WalletGate.HoldAnswers = false;
        await user.EndsAsync(jobId, "failed");
    }
}
