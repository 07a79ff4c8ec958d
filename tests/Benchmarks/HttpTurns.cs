using System.Diagnostics;

namespace ReelBallers.Benchmarks;

/// <summary>One side of a comparison of requests.</summary>
/// <param name="Load">Its connections.</param>
/// <param name="Next">Makes the next request.</param>
/// <param name="ServerCpu">The CPU time of its servers so far.</param>
internal sealed record HttpSide(HttpLoad Load, Func<HttpRequestMessage> Next, Func<TimeSpan?> ServerCpu)
{
    /// <summary>Sends requests for that long.</summary>
    public Task<Measurement> RunAsync(int seconds, CancellationToken cancellationToken)
    {
        var end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        return Load.RunAsync(Next, () => Stopwatch.GetTimestamp() < end, ServerCpu, cancellationToken);
    }
}

/// <summary>Measures two sides in turns after a warm-up.</summary>
internal static class HttpTurns
{
    private const int WarmUpSeconds = 5;

    /// <param name="name">The benchmark, for the progress.</param>
    /// <param name="options">The length of a round.</param>
    /// <param name="ours">Our side.</param>
    /// <param name="peer">What it is compared with.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <param name="cpu">What is measured by process while our side runs.</param>
    public static async Task<(Series Ours, Series Peer)> MeasureAsync(
        string name, BenchmarkOptions options, HttpSide ours, HttpSide peer, CancellationToken cancellationToken, params CpuTotal[] cpu)
    {
        var (our, its) = (new Series(), new Series());
        await peer.RunAsync(WarmUpSeconds, cancellationToken);
        await ours.RunAsync(WarmUpSeconds, cancellationToken);
        for (var round = 1; round <= BenchmarkOptions.Rounds; round++)
        {
            its.Add(await peer.RunAsync(options.RoundSeconds, cancellationToken));
            Array.ForEach(cpu, one => one.Begin());
            our.Add(await ours.RunAsync(options.RoundSeconds, cancellationToken));
            Array.ForEach(cpu, one => one.End());
            Console.Error.WriteLine($"{name} round {round}: ours {our.Last.Rate:N0}/s, the other {its.Last.Rate:N0}/s");
        }
        return (our, its);
    }
}
