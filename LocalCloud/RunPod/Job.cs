using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>A job as stored on disk. Guarded by <see cref="JobBook"/>.</summary>
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

    /// <summary>Set once it has ended; a late progress update may have changed the status back since.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public string? WorkerId { get; set; }

    public JsonElement? Output { get; set; }

    public string? Error { get; set; }

    public int Retries { get; set; }

    /// <summary>A scripted fault: every worker that takes the job crashes.</summary>
    public bool CrashesWorkers { get; set; }

    /// <summary>The callback that is still to be delivered.</summary>
    public JobView? DueCallback { get; set; }

    /// <summary>What its worker has streamed and no caller has read; lost when this process ends.</summary>
    [JsonIgnore]
    public List<JsonElement> Chunks { get; } = [];

    /// <summary>The current run.</summary>
    [JsonIgnore]
    public Attempt? Attempt { get; set; }

    /// <summary>Set with <see cref="EndedAt"/>.</summary>
    [JsonIgnore]
    public TaskCompletionSource Ended { get; set; } = NewEnd();

    /// <summary>The subject of its faults.</summary>
    [JsonIgnore]
    public string Subject => $"POST {RunPodCloud.Base}/{Operation}";

    public static TaskCompletionSource NewEnd() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When RunPod forgets it: its time to live applies in every state, the retention after its end.</summary>
    public DateTimeOffset ForgottenAt()
    {
        var expiry = CreatedAt + TimeSpan.FromMilliseconds(Request.TtlMs);
        var retention = EndedAt + (Operation == "runsync" ? RunSyncRetention : RunRetention);
        return retention < expiry ? retention.Value : expiry;
    }
}
