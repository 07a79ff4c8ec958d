using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>A job as it is kept on disk. <see cref="JobBook"/> guards it.</summary>
internal sealed class Job
{
    private static readonly TimeSpan RunRetention = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan RunSyncRetention = TimeSpan.FromMinutes(1);

    public required string Id { get; init; }

    /// <summary><c>run</c> or <c>runsync</c>.</summary>
    public required string Operation { get; init; }

    public required JobRequest Request { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public JobStatus Status { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Set once it is over; a late progress update may have changed the status back since.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public string? WorkerId { get; set; }

    public JsonElement? Output { get; set; }

    public string? Error { get; set; }

    public int Retries { get; set; }

    /// <summary>A scripted fault: every worker that takes the job dies of it.</summary>
    public bool CrashesWorkers { get; set; }

    /// <summary>What is still to be told to the webhook.</summary>
    public JobView? DueCallback { get; set; }

    /// <summary>The run that is going on.</summary>
    [JsonIgnore]
    public Attempt? Attempt { get; set; }

    /// <summary>Set with <see cref="EndedAt"/>.</summary>
    [JsonIgnore]
    public TaskCompletionSource Ended { get; set; } = NewEnd();

    /// <summary>The subject of its faults.</summary>
    [JsonIgnore]
    public string Subject => $"POST {RunPodCloud.Base}/{Operation}";

    public static TaskCompletionSource NewEnd() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When RunPod knows it no more: its time to live counts in every state, the retention from its end.</summary>
    public DateTimeOffset ForgottenAt()
    {
        var expiry = CreatedAt + TimeSpan.FromMilliseconds(Request.TtlMs);
        var retention = EndedAt + (Operation == "runsync" ? RunSyncRetention : RunRetention);
        return retention < expiry ? retention.Value : expiry;
    }
}
