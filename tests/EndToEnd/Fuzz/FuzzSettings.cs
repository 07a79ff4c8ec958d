using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What the environment says about the fuzz: <c>FUZZ_SEED</c>, <c>FUZZ_REQUESTS</c>, and <c>FUZZ_ONLY</c> to send one
/// request alone.</summary>
internal sealed record FuzzSettings(int Seed, int Requests, int? Only)
{
    private const int DefaultRequests = 20_000;

    /// <summary>How many are sent at a time.</summary>
    public const int AtOnce = 16;

    public static FuzzSettings Read() => new(
        RunSettings.Number("FUZZ_SEED") ?? Random.Shared.Next(),
        RunSettings.Number("FUZZ_REQUESTS", DefaultRequests),
        RunSettings.Number("FUZZ_ONLY"));

    public IEnumerable<int> Numbers => Only is { } only ? [only] : Enumerable.Range(0, Requests);
}
