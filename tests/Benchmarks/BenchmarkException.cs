namespace ReelBallers.Benchmarks;

/// <summary>Why there are no numbers: something is missing here, or what was measured is not right.</summary>
public sealed class BenchmarkException(string message) : Exception(message);
