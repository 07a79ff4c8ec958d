namespace ReelBallers.Jobs.Tests;

public class JobRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Only_the_listed_transitions_are_allowed()
    {
        var table = new Dictionary<JobStatus, JobStatus[]>
        {
            [JobStatus.Created] = [JobStatus.Queued, JobStatus.Failed, JobStatus.Cancelled],
            [JobStatus.Queued] = [JobStatus.Running, JobStatus.Completed, JobStatus.Failed, JobStatus.Cancelled, JobStatus.TimedOut],
            [JobStatus.Running] = [JobStatus.Completed, JobStatus.Failed, JobStatus.Cancelled, JobStatus.TimedOut],
            [JobStatus.Completed] = [],
            [JobStatus.Failed] = [],
            [JobStatus.Cancelled] = [],
            [JobStatus.TimedOut] = [],
        };
        var all = Enum.GetValues<JobStatus>();
        var allowed = all.SelectMany(from => all.Where(to => JobRules.Allows(from, to)).Select(to => (from, to)));
        var expected = table.SelectMany(row => row.Value.Select(to => (row.Key, to)));
        Assert.Equal(expected.Order(), allowed.Order());
    }

    [Fact]
    public void Progress_never_decreases()
    {
        var job = Queued();
        job.Run(40, Now);
        job.Run(10, Now);
        Assert.Equal(40, job.Progress);
        job.Run(500, Now);
        Assert.Equal(100, job.Progress);
    }

    [Fact]
    public void A_report_without_a_change_is_not_a_new_version()
    {
        var job = Queued();
        job.Run(40, Now);
        var version = job.Version;
        job.Run(40, Now);
        job.Run(39, Now);
        Assert.Equal(version, job.Version);
    }

    [Fact]
    public void The_first_decision_counts_and_shows_only_after_the_money_has_moved()
    {
        var job = Queued();
        Assert.True(job.Decide(JobStatus.Failed, "broken"));
        Assert.False(job.Decide(JobStatus.Cancelled, "late"));
        Assert.False(job.DecideCompleted(new JobOutput("key", 1)));
        Assert.Equal((JobStatus.Queued, 0), (job.Status, job.RefundedCents));
        job.Finish(Now);
        Assert.Equal((JobStatus.Failed, 5, "broken"), (job.Status, job.RefundedCents, job.Error));
        job.Run(50, Now);
        Assert.False(job.Queue(Now));
        Assert.Equal((JobStatus.Failed, 0), (job.Status, job.Progress));
    }

    [Fact]
    public void A_completed_job_keeps_its_cost_and_shows_its_output()
    {
        var job = Queued();
        job.DecideCompleted(new JobOutput("key", 7));
        Assert.Null(JobSummary.Of(job).ToView().Output);
        job.Finish(Now);
        Assert.Equal((JobStatus.Completed, 100, 0), (job.Status, job.Progress, job.RefundedCents));
        Assert.Equal(new OutputView("key", 7), JobSummary.Of(job).ToView().Output);
    }

    [Fact]
    public void An_abandoned_job_cannot_be_queued()
    {
        var job = New();
        Assert.True(job.Decide(JobStatus.Failed, "abandoned"));
        Assert.False(job.Queue(Now));
        Assert.False(job.IsHeld);
    }

    private static Job Queued()
    {
        var job = New();
        Assert.True(job.Queue(Now));
        return job;
    }

    private static Job New() => new(Now)
    {
        JobId = Guid.NewGuid(),
        UserId = Guid.NewGuid(),
        ProjectId = "project",
        SourceKey = "key",
        CostCents = 5,
        PaidSeconds = 30,
        Work = new Work([], [], null, "1080p"),
    };
}
