namespace ReelBallers.LocalCloud.RunPod.Worker;

/// <summary>The <c>output</c> of a successful job.</summary>
internal sealed record WorkerResult(string OutputKey, long SizeBytes, double DurationS, int Width, int Height);
