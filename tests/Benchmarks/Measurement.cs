namespace ReelBallers.Benchmarks;

/// <summary>The result of one round of one side.</summary>
/// <param name="Operations">The number of completed operations.</param>
/// <param name="Seconds">The time from the first start to the last end.</param>
/// <param name="Latencies">Of single operations; of a batch, of the whole call.</param>
/// <param name="ServerCpu">CPU time of PostgreSQL and of the service; null if unknown.</param>
/// <param name="ClientCpu">CPU time of the load client.</param>
public sealed record Measurement(long Operations, double Seconds, Latencies Latencies, TimeSpan? ServerCpu, TimeSpan? ClientCpu)
{
    public double Rate => Operations / Seconds;
}
