namespace ReelBallers.LocalCloud.RunPod;

/// <summary>The jobs of the endpoint, as its health tells them; those that are over since this process started.</summary>
internal record struct JobCounts(int Completed, int Failed, int InProgress, int InQueue, int Retried);
