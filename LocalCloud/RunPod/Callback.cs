namespace ReelBallers.LocalCloud.RunPod;

/// <summary>What a job's webhook is to be told; the subject is the request that made the job, by which its faults name it.</summary>
internal sealed record Callback(string JobId, string Url, string Subject, JobView View)
{
    /// <summary>The status on the wire, which the faults name as well.</summary>
    public string Event => View.Status == JobStatus.Completed ? "COMPLETED" : "FAILED";
}
