namespace ReelBallers.Storage;

/// <summary>What the runs of a job may write: videos and manifests. It exists from the moment that the job's links are signed.</summary>
internal sealed class Output
{
    public required Guid UserId { get; init; }

    public required Guid JobId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is removed: a day after the job's end, or after its links have ended.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <inheritdoc cref="Upload.LeasedUntil"/>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <inheritdoc cref="Upload.RemovedAt"/>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <inheritdoc cref="Upload.IsGone"/>
    public bool IsGone(DateTimeOffset now) => RemovedAt is not null || LeasedUntil is not null || ExpiresAt <= now;
}
