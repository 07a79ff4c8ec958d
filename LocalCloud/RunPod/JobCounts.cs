namespace ReelBallers.LocalCloud.RunPod;

/// <summary>The job counts of the endpoint's health; finished jobs are counted since this process started.</summary>
internal record struct JobCounts(int Completed, int Failed, int InProgress, int InQueue, int Retried);
