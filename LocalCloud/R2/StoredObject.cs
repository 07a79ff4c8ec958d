namespace ReelBallers.LocalCloud.R2;

/// <summary>An object's metadata on disk. The ETag includes its quotes, as on the wire.</summary>
internal sealed record StoredObject(
    string Key,
    long SizeBytes,
    string ETag,
    DateTimeOffset LastModified,
    ObjectHeaders Headers,
    IReadOnlyList<Segment> Segments);

/// <summary>The headers of the upload that are returned at each read: those of HTTP, and x-amz-meta-.</summary>
internal sealed record ObjectHeaders(IReadOnlyDictionary<string, string> System, IReadOnlyDictionary<string, string> Custom);

/// <summary>A range of an object's bytes in its own file: a multipart object keeps its parts as uploaded.</summary>
internal sealed record Segment(string File, long SizeBytes);

/// <summary>Completely received bytes that do not belong to an object yet.</summary>
internal sealed record Blob(string File, long SizeBytes, byte[] Md5)
{
    public string ETag => $"\"{SigV4.Hex(Md5)}\"";

    public Segment Segment => new(File, SizeBytes);
}

/// <summary>An upload in parts that is under way.</summary>
internal sealed record PendingUpload(string UploadId, string Key, DateTimeOffset Initiated, ObjectHeaders Headers);

/// <summary>A part of an upload that is under way.</summary>
internal sealed record UploadedPart(int PartNumber, Blob Blob, DateTimeOffset LastModified);
