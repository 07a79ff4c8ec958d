namespace ReelBallers.Storage;

/// <summary>
/// The links to an output that its user was given from one address: a row however often. It is evidence that credits were used, for the
/// bank that asks when a payment is disputed. Whether the link was followed only R2 knows.
/// </summary>
internal sealed class Download
{
    public required Guid UserId { get; init; }

    /// <summary>Version 7: in the order of the first links.</summary>
    public required Guid DownloadId { get; init; }

    /// <summary>The object's key in the bucket.</summary>
    public required string OutputKey { get; init; }

    /// <summary>An IP address or network, or empty when it is not known. Null: erased, and no later link counts in this row.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The name of the file on the user's disk; empty when erased.</summary>
    public required string Filename { get; init; }

    /// <summary>When the first link was given.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When the newest link was given.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>How many links were given.</summary>
    public required long LinkCount { get; init; }
}
