namespace ReelBallers.LocalCloud.R2;

/// <summary>What stands on disk beside an object's bytes. The ETag carries its quotes, as on the wire.</summary>
internal sealed record StoredObject(
    string Key,
    long SizeBytes,
    string ETag,
    DateTimeOffset LastModified,
    ObjectHeaders Headers,
    IReadOnlyList<Segment> Segments);

/// <summary>The headers given at the upload and given back at each read: those of HTTP, and the caller's x-amz-meta-.</summary>
internal sealed record ObjectHeaders(IReadOnlyDictionary<string, string> System, IReadOnlyDictionary<string, string> Custom);

/// <summary>A run of an object's bytes in a file of its own: a multipart object keeps its parts as they came.</summary>
internal sealed record Segment(string File, long SizeBytes);

/// <summary>Bytes that have come in whole, and belong to nothing yet.</summary>
internal sealed record Blob(string File, long SizeBytes, byte[] Md5)
{
    public string ETag => $"\"{SigV4.Hex(Md5)}\"";

    public Segment Segment => new(File, SizeBytes);
}

/// <summary>An upload in parts that is under way.</summary>
internal sealed record PendingUpload(string UploadId, string Key, DateTimeOffset Initiated, ObjectHeaders Headers);

/// <summary>A part of an upload that is under way.</summary>
internal sealed record UploadedPart(int PartNumber, Blob Blob, DateTimeOffset LastModified);
