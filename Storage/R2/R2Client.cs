using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace ReelBallers.Storage;

/// <summary>An object in R2.</summary>
internal sealed record R2Object(long SizeBytes, string ContentType, string ETag);

/// <summary>An object in a list.</summary>
internal sealed record R2Listed(string Key, DateTimeOffset ModifiedAt);

/// <summary>A part of the list of all objects.</summary>
internal sealed record R2Page(IReadOnlyList<R2Listed> Objects, bool IsLast);

/// <summary>
/// Signs URLs and calls R2 with a timeout and limited retries. Every failure is a
/// <see cref="StorageUnavailableException"/>.
/// </summary>
internal sealed partial class R2Client : IDisposable
{
    private const string NoSuchBucket = "NoSuchBucket";
    private const int MaxRetries = 2;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly R2Options _options;
    private readonly TimeProvider _time;
    private readonly StorageMeter _meter;
    private readonly ILogger<R2Client> _logger;
    private readonly AmazonS3Client _s3;

    public R2Client(IOptions<R2Options> options, TimeProvider time, StorageMeter meter, ILogger<R2Client> logger)
    {
        (_options, _time, _meter, _logger) = (options.Value, time, meter, logger);
        _s3 = new AmazonS3Client(
            new BasicAWSCredentials(_options.AccessKeyId, _options.SecretAccessKey),
            new AmazonS3Config
            {
                ServiceURL = _options.GetEndpoint().ToString(),
                ForcePathStyle = _options.ForcePathStyle,
                AuthenticationRegion = _options.Region,
                // R2 does not support the checksum trailers that the SDK adds by default.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                Timeout = CallTimeout,
                MaxErrorRetry = MaxRetries,
            });
    }

    public string Bucket => _options.Bucket;

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
            // The answer to HEAD has no body that would tell a missing object from a missing bucket.
            await HeadBucketAsync(cancellationToken);
            return null;
        }
    });

    /// <summary>Some bytes of the object, fewer when it ends before; null when there is none (with this ETag, if one is given).</summary>
    public Task<byte[]?> ReadAsync(string key, string? etag, long from, int length, CancellationToken cancellationToken) =>
        CallAsync("GetObject", async () =>
        {
            var request = new GetObjectRequest
            {
                BucketName = _options.Bucket,
                Key = key,
                ByteRange = new ByteRange(from, from + length - 1),
            };
            if (etag is not null)
            {
                request.EtagToMatch = $"\"{etag}\"";
            }

            try
            {
                using var response = await _s3.GetObjectAsync(request, cancellationToken);
                var bytes = new byte[length];
                var count = await response.ResponseStream.ReadAtLeastAsync(
                    bytes, length, throwOnEndOfStream: false, cancellationToken);
                return bytes[..count];
            }
            catch (AmazonS3Exception absent) when (absent.ErrorCode is "NoSuchKey" or "PreconditionFailed" or "InvalidRange")
            {
                return null;
            }
        });

    /// <summary>The objects after this key, in the order of their keys.</summary>
    public Task<R2Page> ListAsync(string after, int count, CancellationToken cancellationToken) =>
        CallAsync("ListObjectsV2", async () =>
        {
            var request = new ListObjectsV2Request { BucketName = _options.Bucket, MaxKeys = count };
            if (after.Length > 0)
            {
                request.StartAfter = after;
            }

            var page = await _s3.ListObjectsV2Async(request, cancellationToken);
            var objects = Listed(page);
            return new R2Page(objects, page.IsTruncated != true || objects.Count == 0);
        });

    /// <summary>The objects whose keys begin so, of which there are at most 1,000.</summary>
    public Task<IReadOnlyList<R2Listed>> ListAsync(string prefix, CancellationToken cancellationToken) =>
        CallAsync("ListObjectsV2", async () => Listed(await _s3.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = prefix }, cancellationToken)));

    /// <summary>Deletes the object; succeeds when there is none.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        CallAsync("DeleteObject", () => _s3.DeleteObjectAsync(_options.Bucket, key, cancellationToken));

    public void Dispose() => _s3.Dispose();

    private static IReadOnlyList<R2Listed> Listed(ListObjectsV2Response page) =>
    [
        .. (page.S3Objects ?? []).Select(listed => new R2Listed(
            listed.Key, new DateTimeOffset(listed.LastModified!.Value.ToUniversalTime()))),
    ];

    private async Task<T> CallAsync<T>(string operation, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (AmazonServiceException failure) when (failure.ErrorCode == NoSuchBucket)
        {
            _meter.Failed("bucket_missing");
            LogNoBucket(operation, _options.Bucket);
            throw new StorageUnavailableException(failure);
        }
        catch (AmazonServiceException failure) when (failure.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            // An operator must act: a wrong key or a wrong secret.
            _meter.Failed("rejected");
            LogRejected(operation, failure.ErrorCode);
            throw new StorageUnavailableException(failure);
        }
        catch (Exception failure) when (failure is AmazonClientException or AmazonServiceException or HttpRequestException
            or IOException or TimeoutException || failure is OperationCanceledException { InnerException: TimeoutException })
        {
            _meter.Failed("outage");
            LogOutage(operation, (failure as AmazonServiceException)?.ErrorCode ?? failure.GetType().Name);
            throw new StorageUnavailableException(failure);
        }
    }

    [LoggerMessage(LogLevel.Critical, "The bucket {Bucket} does not exist ({Operation}): nothing can be uploaded, run or downloaded. Check "
        + "R2:Bucket and R2:Jurisdiction, or create the bucket")]
    private partial void LogNoBucket(string operation, string bucket);

    [LoggerMessage(LogLevel.Error, "R2 rejected {Operation} with {Code}; check the R2 settings")]
    private partial void LogRejected(string operation, string code);

    [LoggerMessage(LogLevel.Warning, "R2 is unavailable: {Operation} failed with {Code}")]
    private partial void LogOutage(string operation, string code);
}
