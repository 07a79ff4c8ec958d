using System.Text.Json.Serialization;

namespace ReelBallers.Storage;

/// <summary>
/// Body of <c>POST /api/uploads</c>. Every member is optional here, so that a missing one is reported by its field name.
/// </summary>
internal sealed record StartUploadRequest(string? Filename = null, string? ContentType = null, long? SizeBytes = null)
{
    private const int MaxTextLength = 1024;

    public (string Field, string Message)[] Errors() =>
    [
        .. Filename is { Length: > 0 and <= MaxTextLength }
            ? []
            : Error("filename", $"must be a string of 1 to {MaxTextLength} characters"),
        .. ContentType is { Length: > 0 and <= MaxTextLength } ? [] : Error("content_type", "must be the media type of the video"),
        .. SizeBytes is >= 1 ? [] : Error("size_bytes", "must be an integer of at least 1"),
    ];

    private static (string, string)[] Error(string field, string message) => [(field, message)];
}

/// <summary>An upload in one PUT.</summary>
/// <param name="Key">Identifies the upload in later requests.</param>
/// <param name="UploadUrl">Accepts exactly the declared type and size.</param>
/// <param name="Method">Always PUT.</param>
/// <param name="Headers">To be sent with the PUT.</param>
/// <param name="ExpiresAt">When the URL expires.</param>
internal sealed record SingleUploadResponse(
    string Key, string UploadUrl, string Method, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);

/// <summary>An upload in parts: each URL accepts its part with PUT and returns the ETag that the completion requires.</summary>
/// <param name="Key">Identifies the upload in later requests.</param>
/// <param name="UploadId">To be sent with the completion.</param>
/// <param name="PartSizeBytes">The size of every part but the last.</param>
/// <param name="PartUrls">One per part, in order.</param>
/// <param name="Method">Always PUT.</param>
/// <param name="ExpiresAt">When the URLs expire.</param>
internal sealed record MultipartUploadResponse(
    string Key, string UploadId, long PartSizeBytes, IReadOnlyList<string> PartUrls, string Method, DateTimeOffset ExpiresAt);

/// <summary>How far an upload has come; the members of an open upload in parts are absent otherwise.</summary>
/// <param name="Key">The upload's key.</param>
/// <param name="Status"><c>open</c> or <c>completed</c>.</param>
/// <param name="UploadId">To be sent with the completion.</param>
/// <param name="PartSizeBytes">The size of every part but the last.</param>
/// <param name="Parts">The parts that have arrived, for the completion.</param>
/// <param name="PartUrls">The parts that are missing, each with a URL signed anew.</param>
/// <param name="ExpiresAt">When the URLs end; of a completed upload, when the file is removed.</param>
/// <param name="Video">Of a completed upload, what it holds.</param>
internal sealed record UploadStateResponse(
    string Key,
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? UploadId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? PartSizeBytes,
    IReadOnlyList<StoredPartBody> Parts,
    IReadOnlyList<PartUrlBody> PartUrls,
    DateTimeOffset ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VideoBody? Video = null);

/// <summary>A part that has arrived.</summary>
internal sealed record StoredPartBody(int PartNumber, long SizeBytes, string Etag);

/// <summary>A part that is missing, and where to PUT it.</summary>
internal sealed record PartUrlBody(int PartNumber, string Url);

/// <summary>Body of <c>POST /api/uploads/complete</c>; the last two only for an upload in parts.</summary>
internal sealed record CompleteUploadRequest(string? Key = null, string? UploadId = null, IReadOnlyList<UploadedPartBody?>? Parts = null)
{
    // Bounds the size of the error response.
    private const int MaxErrors = 100;

    public (string Field, string Message)[] Errors() =>
    [
        .. string.IsNullOrEmpty(Key) ? [("key", "must be the key of the upload")] : Array.Empty<(string, string)>(),
        .. Parts is { Count: > UploadRules.MaxParts }
            ? [("parts", $"must be at most {UploadRules.MaxParts}")]
            : (Parts ?? []).SelectMany((part, index) => UploadedPartBody.Errors(part, $"parts[{index}]")).Take(MaxErrors),
    ];
}

/// <summary>An uploaded part, with the ETag that R2 returned.</summary>
internal sealed record UploadedPartBody(int? PartNumber = null, string? Etag = null)
{
    private const int MaxETagLength = 128;

    public static IEnumerable<(string Field, string Message)> Errors(UploadedPartBody? part, string at)
    {
        if (part is null)
        {
            yield return (at, "must be an object");
            yield break;
        }

        if (part.PartNumber is not (>= 1 and <= UploadRules.MaxParts))
        {
            yield return ($"{at}.part_number", $"must be an integer from 1 to {UploadRules.MaxParts}");
        }

        if (part.Etag is not { Length: > 0 and <= MaxETagLength } etag || !etag.All(IsETagCharacter))
        {
            yield return ($"{at}.etag", "must be the ETag that the PUT of the part returned");
        }
    }

    private static bool IsETagCharacter(char character) => char.IsAsciiHexDigit(character) || character is '"' or '-';
}

/// <summary>A completed upload.</summary>
/// <param name="Key">The <c>source_key</c> of jobs.</param>
/// <param name="SizeBytes">The size of the object.</param>
/// <param name="Etag">The object's ETag.</param>
/// <param name="ExpiresAt">When it is removed, unless a job needs it longer.</param>
/// <param name="Video">What it holds.</param>
internal sealed record CompleteUploadResponse(
    string Key, long SizeBytes, string Etag, DateTimeOffset ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VideoBody? Video);

/// <summary>What a video is, as the file itself says: the price of a job rests on it.</summary>
internal sealed record VideoBody(
    string Container, double DurationS, int Width, int Height, int Rotation, double FrameRate, string VideoCodec, string? AudioCodec,
    int AudioChannels);
