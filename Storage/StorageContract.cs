namespace ReelBallers.Storage;

/// <summary>Body of <c>POST /api/uploads</c>. What is missing is told by field.</summary>
internal sealed record StartUploadRequest(string? Filename = null, string? ContentType = null, long? SizeBytes = null)
{
    private const int MaxTextLength = 1024;

    public (string Field, string Message)[] Errors() =>
    [
        .. Filename is { Length: > 0 and <= MaxTextLength } ? [] : Error("filename", $"must be a text of 1 to {MaxTextLength} characters"),
        .. ContentType is { Length: > 0 and <= MaxTextLength } ? [] : Error("content_type", "must be the media type of the video"),
        .. SizeBytes is >= 1 ? [] : Error("size_bytes", "must be an integer of at least 1"),
    ];

    private static (string, string)[] Error(string field, string message) => [(field, message)];
}

/// <summary>An upload in one PUT.</summary>
/// <param name="Key">Names the upload from here on.</param>
/// <param name="UploadUrl">Takes exactly the declared type and size.</param>
/// <param name="Method">Always PUT.</param>
/// <param name="Headers">To be sent with it.</param>
/// <param name="ExpiresAt">When the URL ends.</param>
internal sealed record SingleUploadResponse(
    string Key, string UploadUrl, string Method, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);

/// <summary>An upload in parts: each URL takes its part by PUT, and answers with the ETag that completing names.</summary>
/// <param name="Key">Names the upload from here on.</param>
/// <param name="UploadId">To be given back on completing.</param>
/// <param name="PartSizeBytes">The size of every part but the last.</param>
/// <param name="PartUrls">In the order of the parts.</param>
/// <param name="Method">Always PUT.</param>
/// <param name="ExpiresAt">When the URLs end.</param>
internal sealed record MultipartUploadResponse(
    string Key, string UploadId, long PartSizeBytes, IReadOnlyList<string> PartUrls, string Method, DateTimeOffset ExpiresAt);

/// <summary>Body of <c>POST /api/uploads/complete</c>; the last two for an upload in parts only.</summary>
internal sealed record CompleteUploadRequest(string? Key = null, string? UploadId = null, IReadOnlyList<UploadedPartBody?>? Parts = null)
{
    // The answer to a long list of wrong parts stays short.
    private const int MaxErrors = 100;

    public (string Field, string Message)[] Errors() =>
    [
        .. string.IsNullOrEmpty(Key) ? [("key", "must be the key of the upload")] : Array.Empty<(string, string)>(),
        .. Parts is { Count: > UploadRules.MaxParts }
            ? [("parts", $"must be at most {UploadRules.MaxParts}")]
            : (Parts ?? []).SelectMany((part, index) => UploadedPartBody.Errors(part, $"parts[{index}]")).Take(MaxErrors),
    ];
}

/// <summary>A part as R2 answered it.</summary>
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
            yield return ($"{at}.etag", "must be the ETag that the part was answered with");
        }
    }

    private static bool IsETagCharacter(char character) => char.IsAsciiHexDigit(character) || character is '"' or '-';
}

/// <summary>A completed upload.</summary>
internal sealed record CompleteUploadResponse(string Key, long SizeBytes, string Etag);
