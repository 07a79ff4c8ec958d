using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>A job that has ended, for other services: stored with its final status.</summary>
internal sealed class EndedJob : IStoredEvent
{
    /// <summary>Where they are.</summary>
    public static readonly EventLog<EndedJob> Log = new("ended_jobs", OrderLock: 0x4A6F6273656E64); // "Jobsend"

    /// <inheritdoc />
    public long Sequence { get; init; }

    public Guid JobId { get; init; }

    public Guid UserId { get; init; }

    public JobType Type { get; init; }

    public JobStatus Status { get; init; }

    /// <summary>What was held.</summary>
    public long CostCents { get; init; }

    /// <summary>What of it was returned.</summary>
    public long RefundedCents { get; init; }

    /// <summary>Why it did not complete, for its user.</summary>
    public string? Error { get; init; }

    public DateTimeOffset EndedAt { get; init; }

    public static EndedJob Of(Job job) => new()
    {
        JobId = job.JobId,
        UserId = job.UserId,
        Type = job.Type,
        Status = job.Status,
        CostCents = job.CostCents,
        RefundedCents = job.RefundedCents,
        Error = job.Error,
        EndedAt = job.UpdatedAt,
    };
}
