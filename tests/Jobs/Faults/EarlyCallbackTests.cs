using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>The callback arrives before the answer to the submission.</summary>
public sealed class EarlyCallbackTests(EarlyCallbackTests.Rig rig) : IClassFixture<EarlyCallbackTests.Rig>
{
    private const long Cost = LocalRunPodRig.CostCents;

    private const int AnswerSeconds = 18;

    [Theory]
    [InlineData("completed", "completed")]
    [InlineData("failed", "failed, failed, failed")]
    public async Task The_callback_ends_the_job_and_the_late_answer_changes_nothing(string end, string runs)
    {
        await rig.ClearFaultsAsync();
        var late = await rig.FaultAsync("POST /v2/local/run", "delay_after_effect", delayMs: AnswerSeconds * 1000);
        if (end == "failed")
        {
            await rig.FaultAsync("POST /v2/local/run", "no_output", times: 3);
        }
        var user = await rig.Stack.UserAsync();
        var jobId = await user.CreateAsync();
        var ended = await user.EndsAsync(jobId, end);
        await rig.HasStruckAsync(late);
        Assert.True(
            await rig.Stack.JobsDatabase.ScalarAsync<bool>(
                $"""
                select jobs.updated_at < submitted_at + interval '{AnswerSeconds} s' from jobs join runs using (job_id)
                where job_id = '{jobId}' and number = 1
                """),
            "The job ended after the answer.");

        await Eventually.IsTrueAsync(
            () => rig.Stack.JobsDatabase.ScalarAsync<bool>(
                $"select now() > submitted_at + interval '{AnswerSeconds + 1} s' from runs where job_id = '{jobId}' and number = 1"),
            "the answer has come");
        Assert.Equal(ended.GetRawText(), (await user.GetAsync(jobId)).GetRawText());
        Assert.Equal(runs, await rig.RunsAsync(jobId));
        Assert.Equal(end == "completed" ? [100, -Cost] : [100, -Cost, Cost], await user.StatementAsync());
    }

    /// <summary>A submission is waited for longer than the job takes.</summary>
    public sealed class Rig : LocalRunPodRig
    {
        protected override (string Key, string Value)[] Settings => [("RunPod:TimeoutSeconds", "20"), ("Jobs:LeaseSeconds", "40")];
    }
}
