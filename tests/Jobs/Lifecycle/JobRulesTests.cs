namespace ReelBallers.Jobs.Tests;

/// <summary>The table of a job's transitions, walked exhaustively with real jobs, intents and runs.</summary>
public class JobRulesTests
{
    // Written by hand: what must happen, and what there is to do afterwards. A queued job has a run at RunPod and is polled.
    private const string Expected = """
        Created HoldConfirmed: Queued; poll, run submitted
        Created HoldRejected: Deleted; rows are gone
        Created HoldNotConfirmed: Abandoned; end_hold in 30 s
        Queued Progressed: Running; poll, run submitted
        Queued RunLost: Queued; dispatch in 5 s, poll, run submitted
        Queued Delivered: Completing; end_hold, run completed
        Queued RunFailed: Failing; cancel, end_hold, run superseded
        Queued CancelRequested: Cancelling; cancel, end_hold, run cancelled
        Queued DeadlinePassed: TimingOut; cancel, end_hold, run timed_out
        Running Progressed: Running; poll, run submitted
        Running RunLost: Running; dispatch in 5 s, poll, run submitted
        Running Delivered: Completing; end_hold, run completed
        Running RunFailed: Failing; cancel, end_hold, run superseded
        Running CancelRequested: Cancelling; cancel, end_hold, run cancelled
        Running DeadlinePassed: TimingOut; cancel, end_hold, run timed_out
        Abandoned HoldConfirmed: Abandoned; end_hold in 30 s
        Abandoned HoldEnded: Failed;
        Abandoned HoldMissing: Deleted; rows are gone
        Abandoned HoldContradicted: Abandoned; end_hold in 30 s is dead: some_code
        Completing HoldEnded: Completed; run completed
        Completing HoldMissing: Completed; end_hold is dead: some_code, run completed
        Completing HoldContradicted: Completed; end_hold is dead: some_code, run completed
        Failing HoldEnded: Failed; cancel, run superseded
        Failing HoldMissing: Failing; cancel, end_hold is dead: some_code, run superseded
        Failing HoldContradicted: Failing; cancel, end_hold is dead: some_code, run superseded
        Cancelling HoldEnded: Cancelled; cancel, run cancelled
        Cancelling HoldMissing: Cancelling; cancel, end_hold is dead: some_code, run cancelled
        Cancelling HoldContradicted: Cancelling; cancel, end_hold is dead: some_code, run cancelled
        TimingOut HoldEnded: TimedOut; cancel, run timed_out
        TimingOut HoldMissing: TimingOut; cancel, end_hold is dead: some_code, run timed_out
        TimingOut HoldContradicted: TimingOut; cancel, end_hold is dead: some_code, run timed_out
        Completed HoldEnded: Completed; run completed
        Completed HoldMissing: Completed; run completed
        Completed HoldContradicted: Completed; run completed
        Failed HoldConfirmed: Failed; cancel, end_hold, run superseded
        Failed HoldEnded: Failed; cancel, run superseded
        Failed HoldMissing: Failed; cancel, run superseded
        Failed HoldContradicted: Failed; cancel, run superseded
        Cancelled HoldEnded: Cancelled; cancel, run cancelled
        Cancelled HoldMissing: Cancelled; cancel, run cancelled
        Cancelled HoldContradicted: Cancelled; cancel, run cancelled
        TimedOut HoldEnded: TimedOut; cancel, run timed_out
        TimedOut HoldMissing: TimedOut; cancel, run timed_out
        TimedOut HoldContradicted: TimedOut; cancel, run timed_out
        """;

    private static readonly Dictionary<string, string> Transitions = Expected.Split('\n')
        .Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var state in Enum.GetValues<JobState>())
        {
            foreach (var happened in Enum.GetValues<JobEvent>())
            {
                pairs.Add(state.ToString(), happened.ToString());
            }
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_event_in_every_state_does_what_it_must_or_changes_nothing(string from, string happened)
    {
        var (state, cause) = (Enum.Parse<JobState>(from), Enum.Parse<JobEvent>(happened));
        using var bench = JobBench.In(state);
        var before = bench.Snapshot();
        var hasHappened = bench.Happens(cause);
        var after = Transitions.GetValueOrDefault($"{from} {happened}");
        Assert.Equal(after is not null, hasHappened);
        if (after is null)
        {
            Assert.Equal(before, bench.Snapshot());
        }
        else
        {
            Assert.Equal(after, $"{bench.Job.State}; {bench.Todo()}".TrimEnd());
        }
    }

    [Fact]
    public void Every_expected_transition_is_of_a_state_and_an_event()
    {
        var pairs = Enum.GetValues<JobState>().SelectMany(state => Enum.GetValues<JobEvent>().Select(cause => $"{state} {cause}"));
        Assert.Empty(Transitions.Keys.Except(pairs));
    }

    [Fact]
    public void A_decided_job_reaches_its_final_status_only_when_the_wallet_has_answered()
    {
        foreach (var state in Enum.GetValues<JobState>().Where(state => state.Outcome() is not null && state.Status() is null))
        {
            var ends = Enum.GetValues<JobEvent>()
                .Where(cause => JobRules.Next(state, cause) is { } next && next.To.Status() is { } status && status.IsFinal());
            Assert.All(ends, end => Assert.True(
                end == JobEvent.HoldEnded || state == JobState.Completing, $"{state} ends by {end}"));
            Assert.Contains(JobEvent.HoldEnded, ends);
        }
    }

    [Fact]
    public void Progress_never_decreases_and_a_report_without_a_change_is_not_a_new_version()
    {
        using var bench = JobBench.In(JobState.Queued);
        bench.Locked.Progress(40);
        var version = bench.Job.Version;
        bench.Locked.Progress(10);
        bench.Locked.Progress(40);
        Assert.Equal((JobStatus.Running, 40, version), (bench.Job.Status, bench.Job.Progress, bench.Job.Version));
        bench.Locked.Progress(500);
        Assert.Equal((100, version + 1), (bench.Job.Progress, bench.Job.Version));
    }

    [Fact]
    public void The_first_decision_counts_and_shows_only_after_the_money_has_moved()
    {
        using var bench = JobBench.In(JobState.Running);
        var job = bench.Job;
        Assert.True(bench.Locked.End(JobStatus.Failed, "broken"));
        Assert.False(bench.Locked.End(JobStatus.Cancelled, "late"));
        Assert.False(bench.Locked.Complete(new JobOutput(1, "key", 1)));
        Assert.Equal((JobStatus.Running, 0), (job.Status, job.RefundedCents));
        Assert.True(bench.Happens(JobEvent.HoldEnded));
        Assert.Equal((JobStatus.Failed, 5, 0L, "broken"), (job.Status, job.RefundedCents, job.ChargedCents, job.Error));
        Assert.Equal(("user-1", null, "user-2"), (job.HoldTransferId, job.SettlementTransferId, job.RefundTransferId));
    }

    [Fact]
    public void A_completed_job_is_charged_what_it_cost_and_shows_its_output()
    {
        using var bench = JobBench.In(JobState.Completing);
        var job = bench.Job;
        Assert.Equal((3L, null, 0), (job.DueCents, job.ChargedCents, job.RefundedCents));
        Assert.Null(JobSummary.Of(job).ToView().Output);
        Assert.True(bench.Happens(JobEvent.HoldEnded));
        Assert.Equal((JobStatus.Completed, 100, 3L, 2), (job.Status, job.Progress, job.ChargedCents, job.RefundedCents));
        Assert.Equal(new OutputView("key", 7), JobSummary.Of(job).ToView().Output);
    }

    [Theory]
    [InlineData(null, 5L)]
    [InlineData(9L, 5L)]
    [InlineData(0L, 0L)]
    [InlineData(-1L, 0L)]
    public void A_job_is_never_charged_more_than_was_held(long? cost, long due)
    {
        using var bench = JobBench.In(JobState.Queued);
        Assert.True(bench.Locked.Complete(new JobOutput(1, "key", 1, cost)));
        Assert.Equal(due, bench.Job.DueCents);
    }
}
