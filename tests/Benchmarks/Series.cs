namespace ReelBallers.Benchmarks;

/// <summary>The rounds of one side, summarized by medians, and by the mean of the CPU time.</summary>
public sealed class Series
{
    private readonly List<Measurement> _rounds = [];

    public double Rate => Median(round => round.Rate);

    public double P50 => Median(round => round.Latencies.Percentile(50));

    public double P99 => Median(round => round.Latencies.Percentile(99));

    public long Operations => _rounds.Sum(round => round.Operations);

    /// <summary>Microseconds an operation.</summary>
    public double? ServerCpu => PerOperation(round => round.ServerCpu);

    /// <summary>Microseconds an operation.</summary>
    public double? ClientCpu => PerOperation(round => round.ClientCpu);

    public Measurement Last => _rounds[^1];

    public void Add(Measurement round) =>
        _rounds.Add(round.Operations > 0
            ? round
            : throw new BenchmarkException("A round ended before its first operation: the machine is too busy, or --seconds too few."));

    private double Median(Func<Measurement, double> value)
    {
        var sorted = _rounds.Select(value).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private double? PerOperation(Func<Measurement, TimeSpan?> cpu) =>
        _rounds.TrueForAll(round => cpu(round) is not null) ? _rounds.Sum(round => cpu(round)!.Value.TotalMicroseconds) / Operations : null;
}
