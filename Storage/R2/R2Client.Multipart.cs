using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;

namespace ReelBallers.Storage;

/// <summary>A part with the ETag that R2 gave it.</summary>
internal sealed record R2Part(int PartNumber, string ETag);

/// <summary>A part that R2 has.</summary>
internal sealed record R2StoredPart(int PartNumber, string ETag, long SizeBytes);

/// <summary>The result of completing a multipart upload.</summary>
internal enum MultipartEnd
{
    Completed,

    /// <summary>Already completed or aborted.</summary>
    Unknown,

    /// <summary>A part is missing, has another ETag, or does not have the size that R2 requires.</summary>
    PartsRejected,
}

/// <content>Uploads in parts.</content>
internal sealed partial class R2Client
{
    public Task<string> StartMultipartAsync(string key, string contentType, CancellationToken cancellationToken) =>
        CallAsync("CreateMultipartUpload", async () =>
        {
            var request = new InitiateMultipartUploadRequest { BucketName = _options.Bucket, Key = key, ContentType = contentType };
            return (await _s3.InitiateMultipartUploadAsync(request, cancellationToken)).UploadId;
        });

    public Task<MultipartEnd> CompleteMultipartAsync(
        string key, string multipartId, IEnumerable<R2Part> parts, CancellationToken cancellationToken) =>
        CallAsync("CompleteMultipartUpload", async () =>
        {
            try
            {
                await _s3.CompleteMultipartUploadAsync(
                    new CompleteMultipartUploadRequest
                    {
                        BucketName = _options.Bucket,
                        Key = key,
                        UploadId = multipartId,
                        PartETags = [.. parts.Select(part => new PartETag(part.PartNumber, part.ETag))],
                    },
                    cancellationToken);
                return MultipartEnd.Completed;
            }
            catch (AmazonS3Exception rejection) when (rejection.ErrorCode is "NoSuchUpload" or "PreconditionFailed")
            {
                // R2 aborts an upload whose completion finds an object.
                return MultipartEnd.Unknown;
            }
            catch (AmazonS3Exception rejection) when (rejection.ErrorCode is "InvalidPart" or "InvalidPartOrder" or "EntityTooSmall")
            {
                return MultipartEnd.PartsRejected;
            }
        });

    /// <summary>Aborts the upload; succeeds when there is none.</summary>
    public Task AbortMultipartAsync(string key, string multipartId, CancellationToken cancellationToken) =>
        CallAsync("AbortMultipartUpload", async () =>
        {
            try
            {
                await _s3.AbortMultipartUploadAsync(_options.Bucket, key, multipartId, cancellationToken);
            }
            catch (AmazonS3Exception absent) when (absent.ErrorCode == "NoSuchUpload")
            {
                return false;
            }

            return true;
        });

    /// <summary>The parts that R2 has; null when the upload was completed or aborted.</summary>
    public Task<IReadOnlyList<R2StoredPart>?> ListPartsAsync(string key, string multipartId, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<R2StoredPart>?>("ListParts", async () =>
        {
            var request = new ListPartsRequest { BucketName = _options.Bucket, Key = key, UploadId = multipartId };
            var parts = new List<R2StoredPart>();
            try
            {
                while (true)
                {
                    var page = await _s3.ListPartsAsync(request, cancellationToken);
                    parts.AddRange((page.Parts ?? []).Select(part =>
                        new R2StoredPart(part.PartNumber ?? 0, part.ETag.Trim('"'), part.Size ?? 0)));
                    if (page.IsTruncated != true || page.NextPartNumberMarker is not { } next)
                    {
                        return parts;
                    }

                    request.PartNumberMarker = next.ToString(CultureInfo.InvariantCulture);
                }
            }
            catch (AmazonS3Exception absent) when (absent.ErrorCode == "NoSuchUpload")
            {
                return null;
            }
        });
}
