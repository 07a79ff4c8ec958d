using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>RunPod has taken a submission, or takes it later, and its answer is lost: there is one run, and it is paid once.</summary>
public sealed class LostAnswerTests(LostAnswerTests.Rig rig) : IClassFixture<LostAnswerTests.Rig>
{
    private const long Cost = LocalRunPodRig.CostCents;

    private const string Run = "POST /v2/local/run";

    public static TheoryData<string, int?, int?> LostAnswers => new()
    {
        { "cut_after_effect", null, null },
        { "status_after_effect", 502, null },
        { "status_after_effect", 504, null },
        { "status_after_effect", 524, null },
        // The client gives up after two seconds: before the effect, and after it.
        { "delay", null, 3000 },
        { "delay_after_effect", null, 3000 },
    };

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task The_callback_decides(string kind, int? status, int? delayMs)
    {
        await rig.ClearFaultsAsync();
        var lost = await rig.FaultAsync(Run, kind, 1, status, delayMs);
        await EndsWithRunsAsync("completed", "completed");
        await rig.HasStruckAsync(lost);
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task The_output_decides_when_the_callback_is_lost_too(string kind, int? status, int? delayMs)
    {
        await rig.ClearFaultsAsync();
        var lost = await rig.FaultAsync(Run, kind, 1, status, delayMs);
        var dropped = await rig.FaultAsync("COMPLETED", "drop_webhook");
        await EndsWithRunsAsync("completed", "completed");
        await rig.HasStruckAsync(lost);
        await rig.HasStruckAsync(dropped);
    }

    [Theory]
    [InlineData(1, "completed", "failed, completed")]
    [InlineData(3, "failed", "failed, failed, failed")]
    public async Task A_run_that_delivers_nothing_is_repeated_and_then_refunded(int times, string end, string runs)
    {
        await rig.ClearFaultsAsync();
        var lost = await rig.FaultAsync(Run, "cut_after_effect");
        var empty = await rig.FaultAsync(Run, "no_output", times);
        await EndsWithRunsAsync(end, runs);
        await rig.HasStruckAsync(lost);
        await rig.HasStruckAsync(empty, times);
    }

    [Fact]
    public async Task A_run_whose_end_RunPod_forgets_is_found_by_its_output()
    {
        await rig.ClearFaultsAsync();
        var lost = await rig.FaultAsync(Run, "cut_after_effect");
        var forgotten = await rig.FaultAsync(Run, "forget_result");
        await EndsWithRunsAsync("completed", "completed");
        await rig.HasStruckAsync(lost);
        await rig.HasStruckAsync(forgotten);
    }

    private async Task EndsWithRunsAsync(string end, string runs)
    {
        var user = await rig.Stack.UserAsync();
        var jobId = await user.CreateAsync();
        await user.EndsAsync(jobId, end);
        Assert.Equal(end == "completed" ? [100, -Cost] : [100, -Cost, Cost], await user.StatementAsync());
        await rig.RunsBecomeAsync(jobId, runs);
        await rig.NothingRunsAsync();
    }

    /// <summary>An idle endpoint proves nothing until the latest effect of a lost answer.</summary>
    public sealed class Rig : LocalRunPodRig
    {
        protected override (string Key, string Value)[] Settings => [("Jobs:GoneAfterSeconds", "8")];
    }
}
