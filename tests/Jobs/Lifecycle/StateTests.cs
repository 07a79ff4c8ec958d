namespace ReelBallers.Jobs.Tests;

/// <summary>The states' names and groups, written by hand.</summary>
public sealed class StateTests
{
    [Fact]
    public void The_states_of_a_job_have_these_names_statuses_and_outcomes()
    {
        (JobState State, string Name, JobStatus? Status, JobStatus? Outcome)[] expected =
        [
            (JobState.Created, "created", JobStatus.Created, null),
            (JobState.Queued, "queued", JobStatus.Queued, null),
            (JobState.Running, "running", JobStatus.Running, null),
            (JobState.Abandoned, "abandoned", null, JobStatus.Failed),
            (JobState.Completing, "completing", null, JobStatus.Completed),
            (JobState.Failing, "failing", null, JobStatus.Failed),
            (JobState.Cancelling, "cancelling", null, JobStatus.Cancelled),
            (JobState.TimingOut, "timing_out", null, JobStatus.TimedOut),
            (JobState.Completed, "completed", JobStatus.Completed, JobStatus.Completed),
            (JobState.Failed, "failed", JobStatus.Failed, JobStatus.Failed),
            (JobState.Cancelled, "cancelled", JobStatus.Cancelled, JobStatus.Cancelled),
            (JobState.TimedOut, "timed_out", JobStatus.TimedOut, JobStatus.TimedOut),
            (JobState.Deleted, "deleted", null, null),
        ];

        Assert.Equal(expected, Enum.GetValues<JobState>().Select(state => (state, state.ToText(), state.Status(), state.Outcome())));
    }

    [Theory]
    [InlineData("Created", null, false, "Created")]
    [InlineData("Created", "Failed", false, "Abandoned")]
    [InlineData("Queued", null, true, "Queued")]
    [InlineData("Queued", null, false, "Queued")]
    [InlineData("Running", null, true, "Running")]
    [InlineData("Queued", "Completed", true, "Completing")]
    [InlineData("Running", "Completed", true, "Completing")]
    [InlineData("Queued", "Failed", true, "Failing")]
    [InlineData("Running", "Cancelled", true, "Cancelling")]
    [InlineData("Running", "TimedOut", true, "TimingOut")]
    [InlineData("Completed", "Completed", true, "Completed")]
    [InlineData("Failed", "Failed", true, "Failed")]
    [InlineData("Failed", "Failed", false, "Failed")]
    [InlineData("Cancelled", "Cancelled", true, "Cancelled")]
    [InlineData("TimedOut", "TimedOut", true, "TimedOut")]
    [InlineData("Completed", "Completed", false, "Completed")]
    public void A_jobs_state_follows_from_its_status_outcome_and_hold(string status, string? outcome, bool isHeld, string expected) =>
        Assert.Equal(
            Enum.Parse<JobState>(expected),
            JobStates.Of(Enum.Parse<JobStatus>(status), outcome is null ? null : Enum.Parse<JobStatus>(outcome), isHeld));

    [Fact]
    public void The_states_of_a_run_have_these_names_and_these_are_open()
    {
        (RunState State, string Name, bool IsOpen)[] expected =
        [
            (RunState.Submitting, "submitting", true),
            (RunState.Unanswered, "unanswered", true),
            (RunState.Submitted, "submitted", true),
            (RunState.Running, "running", true),
            (RunState.Completed, "completed", false),
            (RunState.Failed, "failed", false),
            (RunState.Cancelled, "cancelled", false),
            (RunState.TimedOut, "timed_out", false),
            (RunState.Lost, "lost", false),
            (RunState.Superseded, "superseded", false),
        ];

        Assert.Equal(expected, Enum.GetValues<RunState>().Select(state => (state, state.ToText(), state.IsOpen())));
        Assert.All(expected, row => Assert.Equal(row.State, RunStates.Parse(row.Name)));
        Assert.Throws<InvalidOperationException>(() => RunStates.Parse("lost "));
    }

    [Fact]
    public void These_events_end_a_run_at_RunPod() => Assert.Equal(
        [
            RunEvent.Rejected, RunEvent.Delivered, RunEvent.Failed, RunEvent.CancelReported, RunEvent.TimeoutReported, RunEvent.Gone,
            RunEvent.Stopped,
        ],
        Enum.GetValues<RunEvent>().Where(RunRules.EndsAtRunPod));
}
