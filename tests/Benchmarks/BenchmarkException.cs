namespace ReelBallers.Benchmarks;

/// <summary>A benchmark has no result: a prerequisite is missing, or the measured system gave wrong results.</summary>
public sealed class BenchmarkException(string message) : Exception(message);
