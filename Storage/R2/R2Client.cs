using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ReelBallers.Storage;

/// <summary>An object in R2.</summary>
internal sealed record R2Object(long SizeBytes, string ContentType, string ETag);

/// <summary>A part that R2 has stored.</summary>
internal sealed record R2Part(int PartNumber, string ETag);

/// <summary>The result of completing a multipart upload.</summary>
internal enum MultipartEnd
{
    Completed,

    /// <summary>Already completed or aborted.</summary>
    Unknown,

    /// <summary>A part is missing, has another ETag, or does not have the size that R2 requires.</summary>
    PartsRejected,
}

/// <summary>
/// Signs URLs, which needs no call, and calls R2 with a timeout and limited retries. Every failure is a
/// <see cref="StorageUnavailableException"/>.
/// </summary>
internal sealed partial class R2Client : IDisposable
{
    private const int MaxRetries = 2;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly R2Options _options;
    private readonly TimeProvider _time;
    private readonly ILogger<R2Client> _logger;
    private readonly AmazonS3Client _s3;

    public R2Client(IOptions<R2Options> options, TimeProvider time, ILogger<R2Client> logger)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _s3 = new AmazonS3Client(
            new BasicAWSCredentials(_options.AccessKeyId, _options.SecretAccessKey),
            new AmazonS3Config
            {
                ServiceURL = _options.GetEndpoint().ToString(),
                ForcePathStyle = true,
                AuthenticationRegion = "auto",
                // R2 does not support the checksum trailers that the SDK adds by default.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                Timeout = CallTimeout,
                MaxErrorRetry = MaxRetries,
            });
    }

    public string Bucket => _options.Bucket;

    /// <summary>The headers that a PUT to <see cref="SignNewPut"/>'s URL must have, beside its length.</summary>
    public static IReadOnlyDictionary<string, string> HeadersOfNewPut(string contentType) =>
        new Dictionary<string, string> { ["content-type"] = contentType, ["if-none-match"] = "*" };

    /// <summary>For a PUT of exactly this type and size, which creates the object and never replaces one.</summary>
    public string SignNewPut(string key, string contentType, long sizeBytes, TimeSpan lifetime) =>
        Sign(HttpVerb.PUT, key, lifetime, request =>
        {
            request.ContentType = contentType;
            request.Headers.ContentLength = sizeBytes;
            request.Headers["If-None-Match"] = "*";
        });

    /// <summary>For a PUT of any size, which may replace the object: a job can run twice.</summary>
    public string SignPut(string key, TimeSpan lifetime) => Sign(HttpVerb.PUT, key, lifetime, _ => { });

    /// <summary>For a PUT of a part of exactly this size.</summary>
    public string SignPart(string key, string multipartId, int partNumber, long sizeBytes, TimeSpan lifetime) =>
        Sign(HttpVerb.PUT, key, lifetime, request =>
        {
            (request.UploadId, request.PartNumber) = (multipartId, partNumber);
            request.Headers.ContentLength = sizeBytes;
        });

    public string SignGet(string key, TimeSpan lifetime) => Sign(HttpVerb.GET, key, lifetime, _ => { });

    /// <summary>For a browser download with this file name and type, whatever type was stored.</summary>
    public string SignDownload(string key, string filename, string contentType, TimeSpan lifetime) =>
        Sign(HttpVerb.GET, key, lifetime, request =>
        {
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(filename);
            request.ResponseHeaderOverrides.ContentDisposition = disposition.ToString();
            request.ResponseHeaderOverrides.ContentType = contentType;
        });

    /// <summary>Null when there is no such object.</summary>
    public Task<R2Object?> HeadAsync(string key, CancellationToken cancellationToken) => CallAsync("HeadObject", async () =>
    {
        try
        {
            var head = await _s3.GetObjectMetadataAsync(_options.Bucket, key, cancellationToken);
            return new R2Object(head.ContentLength, head.Headers.ContentType ?? "", head.ETag.Trim('"'));
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    });

    /// <summary>The first bytes of the object, fewer when it is shorter; null when there is none with this ETag.</summary>
    public Task<byte[]?> ReadStartAsync(string key, string etag, int length, CancellationToken cancellationToken) =>
        CallAsync("GetObject", async () =>
        {
            var request = new GetObjectRequest
            {
                BucketName = _options.Bucket,
                Key = key,
                ByteRange = new ByteRange(0, length - 1),
                EtagToMatch = $"\"{etag}\"",
            };
            try
            {
                using var response = await _s3.GetObjectAsync(request, cancellationToken);
                var start = new byte[length];
                var count = await response.ResponseStream.ReadAtLeastAsync(
                    start, length, throwOnEndOfStream: false, cancellationToken);
                return start[..count];
            }
            catch (AmazonS3Exception absent) when (absent.ErrorCode is "NoSuchKey" or "PreconditionFailed")
            {
                return null;
            }
        });

    /// <summary>Deletes the object; succeeds when there is none.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        CallAsync("DeleteObject", () => _s3.DeleteObjectAsync(_options.Bucket, key, cancellationToken));

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
            catch (AmazonS3Exception rejection) when (rejection.StatusCode == HttpStatusCode.NotFound)
            {
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
            catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }

            return true;
        });

    public void Dispose() => _s3.Dispose();

    private string Sign(HttpVerb verb, string key, TimeSpan lifetime, Action<GetPreSignedUrlRequest> more)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = _options.Bucket,
            Key = key,
            Verb = verb,
            Expires = (_time.GetUtcNow() + lifetime).UtcDateTime,
            Protocol = _options.GetEndpoint().Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
        more(request);
        return _s3.GetPreSignedURL(request);
    }

    private async Task<T> CallAsync<T>(string operation, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (AmazonServiceException failure) when (failure.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            || failure.ErrorCode is "NoSuchBucket")
        {
            // An operator must act: a wrong key, a wrong secret, a missing bucket.
            LogRejected(operation, failure.ErrorCode);
            throw new StorageUnavailableException(failure);
        }
        catch (Exception failure) when (failure is AmazonClientException or AmazonServiceException or HttpRequestException
            or IOException or TimeoutException || failure is OperationCanceledException { InnerException: TimeoutException })
        {
            LogOutage(operation, (failure as AmazonServiceException)?.ErrorCode ?? failure.GetType().Name);
            throw new StorageUnavailableException(failure);
        }
    }

    [LoggerMessage(LogLevel.Error, "R2 rejected {Operation} with {Code}; check the R2 settings")]
    private partial void LogRejected(string operation, string code);

    [LoggerMessage(LogLevel.Warning, "R2 is unavailable: {Operation} failed with {Code}")]
    private partial void LogOutage(string operation, string code);
}
