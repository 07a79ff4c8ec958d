using System.Text.Json;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>A job on the wire: the answer of status, and the body of the callback. Times are in milliseconds.</summary>
internal sealed record JobView(
    long? DelayTime, string? Error, long? ExecutionTime, string Id, JsonElement? Output, int? Retries, JobStatus Status, string? WorkerId)
{
    public static JobView Of(Job job) => new(
        Milliseconds(job.CreatedAt, job.StartedAt),
        job.Error,
        Milliseconds(job.StartedAt, job.EndedAt),
        job.Id,
        job.Output,
        job.Retries > 0 ? job.Retries : null,
        job.Status,
        job.WorkerId);

    private static long? Milliseconds(DateTimeOffset? from, DateTimeOffset? to) =>
        to - from is { } time ? (long)time.TotalMilliseconds : null;
}

/// <summary>The answer of run, retry and cancel.</summary>
internal sealed record JobReference(string Id, JobStatus Status);
