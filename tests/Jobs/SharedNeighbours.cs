using ReelBallers.Jobs.Tests;

[assembly: AssemblyFixture(typeof(SharedNeighbours))]

namespace ReelBallers.Jobs.Tests;

/// <summary>
/// What most tests share, started by the first that needs it: what Storage and the Wallet keep belongs to a user, and each test has its
/// own users.
/// </summary>
public sealed class SharedNeighbours : IAsyncDisposable
{
    private static readonly Lazy<Task<Neighbours>> Started = new(() => Neighbours.StartAsync(runPodWorkers: 0));

    public static Task<Neighbours> GetAsync() => Started.Value;

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated)
        {
            await using var neighbours = await Started.Value;
        }
    }
}
