using ReelBallers.Media;

namespace ReelBallers.Storage;

/// <summary>A source video: declared, uploaded to R2 by the browser, then completed. Its bytes never pass through the service.</summary>
internal sealed class Upload
{
    public required Guid UserId { get; init; }

    public required Guid UploadId { get; init; }

    /// <summary>The object's key in the bucket.</summary>
    public required string Key { get; init; }

    /// <summary>The name on the user's disk, for display; never part of a path or a key.</summary>
    public required string Filename { get; init; }

    public required string ContentType { get; init; }

    /// <summary>The declared size, which a completed upload has exactly.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>R2's id of an upload in parts; null for an upload in one PUT.</summary>
    public string? MultipartId { get; init; }

    /// <summary>The size of every part but the last; null for an upload in one PUT.</summary>
    public long? PartSizeBytes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was completed; null before.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    public string? ETag { get; init; }

    /// <summary>What it holds; null before its completion.</summary>
    public VideoFacts? Video { get; init; }

    /// <summary>When it is removed: a day after its start or its completion, or later while a job needs it.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Set when its removal starts: it can no longer be used. After this time another sweeper may retry.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>When its object was removed. The row stays for a while, so that a late request learns that the file is gone.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>Whether it can no longer be used.</summary>
    public bool IsGone(DateTimeOffset now) => RemovedAt is not null || LeasedUntil is not null || ExpiresAt <= now;

    public int PartCount => PartSizeBytes is { } size ? checked((int)((SizeBytes + size - 1) / size)) : 1;

    /// <summary>The exact length of a part; parts are numbered from 1.</summary>
    public long PartLength(int partNumber) =>
        PartSizeBytes is { } size ? Math.Min(size, SizeBytes - ((partNumber - 1) * size)) : SizeBytes;
}
