using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

/// <summary>
/// What most tests share, started by the first that needs it: what Storage and the Wallet keep belongs to a user, and each test has its
/// own users.
/// </summary>
internal static class SharedNeighbours
{
    private static readonly Lazy<Task<Neighbours>> Started = new(StartAsync);

    public static Task<Neighbours> GetAsync() => Started.Value;

    private static async Task<Neighbours> StartAsync()
    {
        var neighbours = await Neighbours.StartAsync(runPodWorkers: 0);
        TestDatabase.DisposeAtEnd(neighbours);
        return neighbours;
    }
}
