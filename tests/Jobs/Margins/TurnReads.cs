using Microsoft.Extensions.DependencyInjection;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

internal static class TurnReads
{
    /// <summary>What a replica reads before each submission, and the slots that it then has.</summary>
    public static async Task<(WaitingJobs Waiting, EndpointSlots Slots)> OfAsync(ServiceApp app)
    {
        var waiting = await app.Services.GetRequiredService<TurnQueue>().ReadAsync(["local"], countRuns: true, CancellationToken.None);
        var slots = app.Services.GetRequiredService<EndpointSlots>();
        slots.Update(waiting.Endpoints);
        return (waiting, slots);
    }
}
