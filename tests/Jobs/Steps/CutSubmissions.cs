using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>Submissions whose answer is lost.</summary>
internal static class CutSubmissions
{
    /// <summary>A job whose first submission is cut off, taken by RunPod or not; later ones are accepted.</summary>
    public static async Task<ScriptedJob> CutAsync(this JobsStack stack, JobUser user, bool isAccepted)
    {
        var cut = new TaskCompletionSource<ScriptedJob>();
        stack.RunPod.OnRun = async (context, job) =>
        {
            if (cut.TrySetResult(job))
            {
                if (isAccepted)
                {
                    stack.RunPod.Take(job);
                }
                context.Abort();
                return;
            }
            stack.RunPod.Take(job);
            await ScriptedRunPod.AcceptAsync(context, job);
        };
        await user.CreateAsync();
        var first = await cut.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.IsTrueAsync(
            async () => await stack.JobsDatabase.ScalarAsync<long>(
                $"""
                select count(*) from runs join intents using (job_id)
                where job_id = '{first.JobId}' and state = 'unanswered' and kind = 'dispatch' and lease_id is null
                """) == 1,
            "its fate is unknown");
        return first;
    }
}
