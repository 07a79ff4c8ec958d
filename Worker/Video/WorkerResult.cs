namespace ReelBallers.Worker;

/// <summary>The <c>output</c> of a successful job.</summary>
public sealed record WorkerResult(string OutputKey, long SizeBytes, double DurationS, int Width, int Height);
