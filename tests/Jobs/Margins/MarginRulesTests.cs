namespace ReelBallers.Jobs.Tests;

public class MarginRulesTests
{
    private static readonly MarginGuardOptions Options = new() { CrashesInARow = 3, DoubledRuns = 2, Runs = 6, MaxCostPercent = 50 };
    private static readonly Guid[] Users = [Guid.NewGuid(), Guid.NewGuid()];

    [Fact]
    public void Runs_of_several_users_that_crash_one_after_another_pause_the_endpoint()
    {
        Assert.Equal("crashes", Judge(Crash(0), Crash(1), Crash(0)));
        Assert.Null(Judge(Crash(0), Crash(1)));
        Assert.Null(Judge(Crash(0), Completed(), Crash(1), Crash(0)));
        // A video that cannot be worked on shows that the worker works.
        Assert.Null(Judge(Crash(0), Failed(), Crash(1), Crash(0)));
        // A cancelled job shows nothing.
        Assert.Equal("crashes", Judge(Crash(0), Ended(RunState.Cancelled), Crash(1), Ended(RunState.Superseded), Crash(0)));
    }

    [Fact]
    public void One_user_alone_needs_twice_as_many()
    {
        Assert.Null(Judge(Enumerable.Range(0, 5).Select(_ => Crash(0)).ToArray()));
        Assert.Equal("crashes", Judge(Enumerable.Range(0, 6).Select(_ => Crash(0)).ToArray()));
    }

    [Fact]
    public void A_job_that_crashes_several_runs_counts_once()
    {
        var job = Guid.NewGuid();
        Assert.Null(Judge(Crash(0) with { JobId = job }, Crash(0) with { JobId = job }, Crash(0) with { JobId = job }, Crash(1)));
    }

    [Fact]
    public void Runs_that_were_executed_in_vain_pause_the_endpoint()
    {
        var doubled = Ended(RunState.Superseded) with { WasExecuted = true };
        Assert.Equal("doubled", Judge(Completed(), doubled, Completed(), doubled));
        Assert.Null(Judge(Completed(), doubled, Completed(), Ended(RunState.Superseded), Ended(RunState.Superseded)));
    }

    [Fact]
    public void Runs_that_cost_more_than_they_earn_pause_the_endpoint()
    {
        // 5 cents are 50,000 microdollars, of which half may be spent.
        Assert.Null(Judge(Enumerable.Range(0, 6).Select(_ => Completed(cost: 25_000)).ToArray()));
        Assert.Equal("loss", Judge(Enumerable.Range(0, 6).Select(_ => Completed(cost: 25_001)).ToArray()));
        Assert.Null(Judge(Enumerable.Range(0, 5).Select(_ => Completed(cost: 25_001)).ToArray()));
        // Failed runs cost and earn nothing.
        Assert.Equal("loss", Judge(
            [.. Enumerable.Range(0, 5).Select(_ => Completed(cost: 20_000)), Failed() with { CostMicrodollars = 40_000 }]));
        // Without a price per second nothing is known.
        Assert.Null(Judge(Enumerable.Range(0, 6).Select(_ => Completed()).ToArray()));
    }

    [Fact]
    public void Of_several_causes_crashes_are_told_before_runs_in_vain_and_those_before_a_loss()
    {
        var doubled = Ended(RunState.Superseded) with { WasExecuted = true };
        EndedRun[] lossWithDoubled = [doubled, doubled, .. Enumerable.Range(0, 6).Select(_ => Completed(cost: 50_000))];
        Assert.Equal("doubled", Judge(lossWithDoubled));
        Assert.Equal("crashes", Judge([Crash(0), Crash(1), Crash(0), .. lossWithDoubled]));
    }

    [Fact]
    public void The_reason_says_what_the_runs_have_done()
    {
        var doubled = Ended(RunState.Superseded) with { WasExecuted = true };
        string? Text(params EndedRun[] newestFirst) => MarginRules.Judge(newestFirst, Options)?.Text;

        Assert.Equal("the runs of 3 jobs have crashed one after another", Text(Crash(0), Crash(1), Crash(0)));
        Assert.Equal("2 of the last 3 runs were executed in vain beside another run", Text(Completed(), doubled, doubled));
        Assert.Equal(
            "the last 6 runs have cost 150006 microdollars and their jobs have earned 300000",
            Text([.. Enumerable.Range(0, 6).Select(_ => Completed(cost: 25_001))]));
    }

    private static string? Judge(params EndedRun[] newestFirst) => MarginRules.Judge(newestFirst, Options)?.Code;

    private static EndedRun Crash(int user) => Ended(RunState.Failed) with { Crashed = true, UserId = Users[user], WasExecuted = true };

    private static EndedRun Failed() => Ended(RunState.Failed) with { WasExecuted = true };

    private static EndedRun Completed(long? cost = null) =>
        Ended(RunState.Completed) with { WasExecuted = true, CostMicrodollars = cost, EarnedCents = 5 };

    private static EndedRun Ended(RunState state) =>
        new(Guid.NewGuid(), Users[0], state, Crashed: false, WasExecuted: false, CostMicrodollars: null, EarnedCents: 0);
}
