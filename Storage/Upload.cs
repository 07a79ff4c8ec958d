namespace ReelBallers.Storage;

/// <summary>A source video: declared, then put into R2 by the user's browser, then completed. Bytes never pass through us.</summary>
internal sealed class Upload
{
    public required Guid UserId { get; init; }

    public required Guid UploadId { get; init; }

    /// <summary>The object's name in the bucket.</summary>
    public required string Key { get; init; }

    /// <summary>The name on the user's disk: text for people, never part of a path or a key.</summary>
    public required string Filename { get; init; }

    public required string ContentType { get; init; }

    /// <summary>As declared; a completed upload has exactly this many.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>R2's id of an upload in parts; null for one in a single PUT.</summary>
    public string? MultipartId { get; init; }

    /// <summary>The size of every part but the last.</summary>
    public long? PartSizeBytes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was found whole; null until then.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    public string? ETag { get; init; }

    /// <summary>Set when the sweeper takes it: from then on it cannot be completed. Past it, another sweeper may take over.</summary>
    public DateTimeOffset? SweepLeasedUntil { get; init; }

    public int PartCount => PartSizeBytes is { } size ? checked((int)((SizeBytes + size - 1) / size)) : 1;

    /// <summary>The exact length of a part, counted from 1.</summary>
    public long PartLength(int partNumber) =>
        PartSizeBytes is { } size ? Math.Min(size, SizeBytes - ((partNumber - 1) * size)) : SizeBytes;
}
