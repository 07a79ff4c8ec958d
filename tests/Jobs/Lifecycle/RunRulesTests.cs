namespace ReelBallers.Jobs.Tests;

/// <summary>The table of the runs' transitions, walked exhaustively.</summary>
public class RunRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var state in Enum.GetValues<RunState>())
        {
            foreach (var happened in Enum.GetValues<RunEvent>())
            {
                pairs.Add(state.ToString(), happened.ToString());
            }
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_run_follows_the_table_and_its_end_is_final(string from, string happened)
    {
        var (state, cause) = (Enum.Parse<RunState>(from), Enum.Parse<RunEvent>(happened));
        var (run, before) = (In(state), In(state));
        var next = RunRules.Next(state, cause);
        Assert.Equal(next is not null, run.Apply(cause, Now.AddSeconds(1)));
        Assert.Equal(next ?? before.State, run.State);
        if (next is null)
        {
            Assert.Equal((before.StartedAt, before.EndedAt), (run.StartedAt, run.EndedAt));
            return;
        }
        Assert.Equal(before.StartedAt ?? (cause == RunEvent.Started ? Now.AddSeconds(1) : null), run.StartedAt);
        Assert.Equal(before.EndedAt ?? (cause.EndsAtRunPod() ? Now.AddSeconds(1) : null), run.EndedAt);
        // A run that has an end of its own never opens again; one that was given up may turn up, and the output of any.
        if (!state.IsOpen())
        {
            Assert.True(
                next == state || state == RunState.Superseded || (cause, next) == (RunEvent.Delivered, RunState.Completed),
                $"{state} and {cause} make {next}");
        }
        // Only events that say so end a run at RunPod.
        var isEnd = next is RunState.Completed or RunState.Failed or RunState.Lost;
        Assert.True(!isEnd || cause.EndsAtRunPod() || next == state, $"{cause} makes {next} and may still run");
    }

    [Fact]
    public void Every_open_run_can_end_in_every_way()
    {
        RunEvent[] ends =
        [
            RunEvent.Delivered, RunEvent.Failed, RunEvent.CancelReported, RunEvent.TimeoutReported, RunEvent.Gone,
            RunEvent.DeadlinePassed, RunEvent.CancelRequested, RunEvent.GivenUp,
        ];
        foreach (var state in Enum.GetValues<RunState>().Where(RunStates.IsOpen))
        {
            Assert.All(ends, end => Assert.False(RunRules.Next(state, end) is not { } next || next.IsOpen(), $"{state}, {end}"));
        }
    }

    [Fact]
    public void The_output_of_a_run_makes_it_completed_whatever_was_reported_before()
    {
        foreach (var state in Enum.GetValues<RunState>().Where(state => state != RunState.Completed))
        {
            Assert.Equal(RunState.Completed, RunRules.Next(state, RunEvent.Delivered));
        }
    }

    [Fact]
    public void Every_state_is_reached_from_the_first()
    {
        var reached = new HashSet<RunState> { RunState.Submitting };
        while (reached.SelectMany(state => Enum.GetValues<RunEvent>().Select(cause => RunRules.Next(state, cause)))
            .OfType<RunState>().Except(reached).ToList() is { Count: > 0 } more)
        {
            reached.UnionWith(more);
        }
        Assert.Equal(Enum.GetValues<RunState>(), reached.Order());
    }

    [Fact]
    public void A_run_that_was_closed_here_needs_to_be_stopped_until_it_has_ended_at_RunPod()
    {
        var run = new Run(Guid.NewGuid(), 1, "local", Now);
        Assert.False(run.NeedsCancel);
        Assert.True(run.Apply(RunEvent.CancelRequested, Now));
        Assert.True(run.NeedsCancel, "also before RunPod has named it");
        run.Identify("first");
        run.Identify("second");
        Assert.Equal(("first", true), (run.RunPodId, run.NeedsCancel));
        Assert.True(run.Apply(RunEvent.Stopped, Now));
        Assert.Equal((RunState.Cancelled, false), (run.State, run.NeedsCancel));
    }

    /// <summary>A run that the shortest sequence of events has brought into the state.</summary>
    private static Run In(RunState state)
    {
        var paths = new Dictionary<RunState, RunEvent[]> { [RunState.Submitting] = [] };
        for (var open = new Queue<RunState>(paths.Keys); !paths.ContainsKey(state);)
        {
            var reached = open.Dequeue();
            foreach (var cause in Enum.GetValues<RunEvent>())
            {
                if (RunRules.Next(reached, cause) is { } next && paths.TryAdd(next, [.. paths[reached], cause]))
                {
                    open.Enqueue(next);
                }
            }
        }
        var run = new Run(Guid.NewGuid(), 1, "local", Now);
        Assert.All(paths[state], cause => Assert.True(run.Apply(cause, Now)));
        Assert.Equal(state, run.State);
        return run;
    }

    [Theory]
    [InlineData(null, 310, null)]
    [InlineData(1000L, 0, null)]
    [InlineData(1000L, 310, 310L)]
    [InlineData(1001L, 310, 620L)]
    [InlineData(0L, 310, 0L)]
    public void RunPod_charges_for_started_seconds(long? milliseconds, long price, long? cost) =>
        Assert.Equal(cost, RunPodUsage.Cost(milliseconds, price));
}
