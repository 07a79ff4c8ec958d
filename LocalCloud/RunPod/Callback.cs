namespace ReelBallers.LocalCloud.RunPod;

/// <summary>A pending callback of a job; the subject is the request that created the job, which faults match.</summary>
internal sealed record Callback(string JobId, string Url, string Subject, JobView View)
{
    /// <summary>The status on the wire, which faults match as well.</summary>
    public string Event => View.Status == JobStatus.Completed ? "COMPLETED" : "FAILED";
}
