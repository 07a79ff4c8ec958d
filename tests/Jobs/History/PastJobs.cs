using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Makes jobs older than they are, and counts where their rows are.</summary>
internal sealed class PastJobs(JobsStack stack)
{
    public Task ArchiveAsync() => stack.App.Services.GetRequiredService<JobArchiver>().MoveAsync(CancellationToken.None);

    public async Task CompleteAsync(Guid jobId)
    {
        var work = await stack.SubmittedAsync(jobId);
        await work.PutOutputAsync();
        (work.ExecutionTime, work.Status) = (1200, "COMPLETED");
    }

    public static Task EndedAsync(JobUser user, Guid jobId) => Eventually.BecomesAsync(
        () => user.GetAsync(jobId), job => job.GetProperty("status").GetString() is not ("queued" or "running"), "it has ended");

    public async Task MoveAsync(Guid jobId, int days)
    {
        await AgeAsync(jobId, days);
        await ArchiveAsync();
        Assert.Equal((0, 1, 0, 0), await RowsAsync(jobId));
    }

    public Task AgeAsync(Guid jobId, int days) => stack.JobsDatabase.ExecuteAsync(
        $"update jobs set updated_at = now() - interval '{days} days', "
        + $"created_at = now() - interval '{days} days' where job_id = '{jobId}'");

    public async Task<(long Jobs, long Past, long Runs, long Intents)> RowsAsync(Guid jobId) => (
        await CountAsync(jobId, "jobs"), await CountAsync(jobId, "job_history"), await CountAsync(jobId, "runs"),
        await IntentsAsync(jobId));

    public Task<long> IntentsAsync(Guid jobId) => CountAsync(jobId, "intents");

    public Task<long> CountAsync(Guid jobId, string table) =>
        stack.JobsDatabase.ScalarAsync<long>($"select count(*) from {table} where job_id = '{jobId}'");

    public Task<long> CountAsync(JobUser user, string table) =>
        stack.JobsDatabase.ScalarAsync<long>($"select count(*) from {table} where user_id = '{user.UserId}'");
}
