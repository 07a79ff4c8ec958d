namespace ReelBallers.Payments.Tests;

public sealed class GrantRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    // A row a state, in the order of its numbers: what it becomes by Confirmed, LeftToOperator, GivenUp, Completed, Replayed, Reversed,
    // ReversedUntouched and Restored.
    private static readonly Dictionary<GrantState, string> Table = new()
    {
        [GrantState.Pending] = "Granted Manual Failed - - Revoking Cancelled -",
        [GrantState.Granted] = "- - - - - Revoking Revoking -",
        [GrantState.Manual] = "- - - Granted Pending Revoking Revoking -",
        [GrantState.Failed] = "- - - - Pending Revoking Revoking -",
        [GrantState.Revoking] = "Revoked ManualRevoke RevokeFailed - - - - Pending",
        [GrantState.ManualRevoke] = "- - - Revoked Revoking - - Pending",
        [GrantState.RevokeFailed] = "- - - - Revoking - - Pending",
        [GrantState.Revoked] = "- - - - - - - Pending",
        [GrantState.Cancelled] = "- - - - - - - Pending",
    };

    [Fact]
    public void Every_state_and_event_leads_to_the_state_of_the_table() => Assert.All(Enum.GetValues<GrantState>(), state => Assert.Equal(
        Table[state],
        string.Join(' ', Enum.GetValues<GrantEvent>().Select(what => GrantRules.Next(state, what)?.ToString() ?? "-"))));

    [Fact]
    public void After_any_events_a_grant_is_wanted_exactly_while_its_payment_is_not_reversed()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var (state, isReversed) = (GrantState.Pending, false);
            for (var step = 0; step < 30; step++)
            {
                var what = (GrantEvent)random.Next(Enum.GetValues<GrantEvent>().Length);
                isReversed = what switch
                {
                    GrantEvent.Reversed or GrantEvent.ReversedUntouched => true,
                    GrantEvent.Restored => false,
                    _ => isReversed,
                };
                state = GrantRules.Next(state, what) ?? state;
                Assert.Equal(!isReversed, GrantRules.IsWanted(state));
            }
        }
    }

    [Fact]
    public void Grants_for_one_access_follow_each_other_and_those_that_are_taken_back_do_not_count()
    {
        Assert.Equal(default, GrantRules.Wanted([], Now));
        Assert.Equal(Until(30), GrantRules.Wanted([Grant(0, 30)], Now));
        Assert.Equal(Until(60), GrantRules.Wanted([Grant(0, 30), Grant(0, 30)], Now));
        // The second begins when it is paid, or where the first ends.
        Assert.Equal(Until(50), GrantRules.Wanted([Grant(0, 30), Grant(-10, 30)], Now));
        Assert.Equal(Until(25), GrantRules.Wanted([Grant(-5, 30), Grant(-50, 30)], Now));
        Assert.Equal(Until(25), GrantRules.Wanted([Grant(-5, 30), Grant(-10, 300, GrantState.Revoking)], Now));
        Assert.Equal(Until(25), GrantRules.Wanted([Grant(-5, 30, GrantState.Manual), Grant(-10, null, GrantState.Cancelled)], Now));
        Assert.Equal(new WantedAccess(true, null), GrantRules.Wanted([Grant(-5, 30), Grant(-1, null), Grant(0, 30)], Now));
        Assert.Equal(new WantedAccess(false, Now), GrantRules.Wanted([Grant(-30, 30)], Now));
        Assert.Equal(new WantedAccess(true, null), GrantRules.Wanted(Enumerable.Repeat(Grant(0, 3_650), 1_000), Now));
    }

    [Theory]
    [InlineData(1, 1, 60)]
    [InlineData(2, 1, 120)]
    [InlineData(4, 0.5, 240)]
    [InlineData(7, 1, 3_600)]
    [InlineData(1_000, 1, 3_600)]
    [InlineData(3, 0, 0)]
    public void The_pause_doubles_up_to_an_hour_and_is_any_share_of_that(int attempts, double jitter, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), GrantRules.PauseAfter(attempts, TimeSpan.FromMinutes(1), jitter));

    private static WantedAccess Until(int days) => new(true, Now.AddDays(days));

    private static AccessGrant Grant(int paidOn, int? days, GrantState state = GrantState.Granted) => new()
    {
        Id = Guid.NewGuid(),
        Product = "p",
        Name = "n",
        AccessUsername = "Jo",
        AccessKey = "jo",
        DurationDays = days,
        State = state,
        CreatedAt = Now.AddDays(paidOn),
    };
}
