namespace ReelBallers.Benchmarks;

/// <summary>One side's round.</summary>
/// <param name="Operations">How many were done and answered.</param>
/// <param name="Seconds">From the first begin to the last end.</param>
/// <param name="Latencies">Of single operations; of a batch, of the whole call.</param>
/// <param name="ServerCpu">Of PostgreSQL, and of the service where there is one; null where the machine does not tell.</param>
/// <param name="ClientCpu">Of who made the load.</param>
public sealed record Measurement(long Operations, double Seconds, Latencies Latencies, TimeSpan? ServerCpu, TimeSpan? ClientCpu)
{
    public double Rate => Operations / Seconds;
}
