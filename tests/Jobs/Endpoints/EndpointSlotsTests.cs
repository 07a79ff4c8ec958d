using Microsoft.Extensions.DependencyInjection;

namespace ReelBallers.Jobs.Tests;

/// <summary>The places of an endpoint while the database is read and runs are stored.</summary>
public sealed class EndpointSlotsTests(FairnessTests.Rig rig) : IClassFixture<FairnessTests.Rig>
{
    private static readonly Lane Framing = new(JobType.Framing, null);

    // Of its own: the service's is updated by the service.
    private readonly EndpointSlots _slots = ActivatorUtilities.CreateInstance<EndpointSlots>(rig.Stack.App.Services);

    [Fact]
    public void A_run_that_is_stored_while_the_database_is_read_takes_its_place()
    {
        var before = _slots.Reserve(Framing)!;
        _slots.BeginCount();
        // The database has been read, without the run.
        Store(before);
        _slots.Update(Counted(0));
        Assert.Equal(FairnessTests.Rig.MaxOpenRuns - 1, Free());

        // The next reading has it.
        _slots.BeginCount();
        _slots.Update(Counted(1));
        Assert.Equal(FairnessTests.Rig.MaxOpenRuns - 1, Free());
        _slots.BeginCount();
        _slots.Update(Counted(0));
        Assert.Equal(FairnessTests.Rig.MaxOpenRuns, Free());
    }

    [Fact]
    public void A_place_is_free_again_when_no_run_was_stored()
    {
        _slots.BeginCount();
        _slots.Reserve(Framing)!.Dispose();
        _slots.Update(Counted(0));
        Assert.Equal(FairnessTests.Rig.MaxOpenRuns, Free());
    }

    private int Free() => _slots.Free([Framing]).Total;

    private static void Store(EndpointSlots.Slot slot)
    {
        slot.IsUsed = true;
        slot.Dispose();
    }

    private static Dictionary<string, EndpointFacts> Counted(int openRuns) => new() { ["local"] = new EndpointFacts(openRuns, false) };
}
