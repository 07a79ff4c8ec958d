using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace ReelBallers.Storage;

/// <content>The bucket and its settings.</content>
internal sealed partial class R2Client
{
    /// <exception cref="StorageUnavailableException">There is no such bucket, or it cannot be reached.</exception>
    public Task CheckBucketAsync(CancellationToken cancellationToken) => CallAsync("HeadBucket", async () =>
    {
        await HeadBucketAsync(cancellationToken);
        return true;
    });

    /// <summary>Replaces the CORS rules. False: our credentials do not permit it.</summary>
    public Task<bool> TrySetCorsAsync(CORSConfiguration rules, CancellationToken cancellationToken) =>
        TryConfigureAsync("PutBucketCors", () => _s3.PutCORSConfigurationAsync(_options.Bucket, rules, cancellationToken));

    /// <summary>Replaces the lifecycle rules. False: our credentials do not permit it.</summary>
    public Task<bool> TrySetLifecycleAsync(LifecycleConfiguration rules, CancellationToken cancellationToken) => TryConfigureAsync(
        "PutBucketLifecycle", () => _s3.PutLifecycleConfigurationAsync(_options.Bucket, rules, cancellationToken));

    /// <summary>The lifecycle rules; null when our credentials do not permit to read them.</summary>
    public Task<IReadOnlyList<LifecycleRule>?> FindLifecycleAsync(CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<LifecycleRule>?>("GetBucketLifecycle", async () =>
        {
            try
            {
                var answer = await _s3.GetLifecycleConfigurationAsync(_options.Bucket, cancellationToken);
                return answer.Configuration?.Rules ?? [];
            }
            catch (AmazonS3Exception absent) when (absent.ErrorCode == "NoSuchLifecycleConfiguration")
            {
                return [];
            }
            catch (AmazonS3Exception refused) when (IsRefused(refused))
            {
                return null;
            }
        });

    // R2 answers 501 to the checksum headers that the SDK may send with these calls.
    private static bool IsRefused(AmazonServiceException failure) => failure.StatusCode
        is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotImplemented;

    private Task<bool> TryConfigureAsync(string operation, Func<Task> call) => CallAsync(operation, async () =>
    {
        try
        {
            await call();
            return true;
        }
        catch (AmazonS3Exception refused) when (IsRefused(refused))
        {
            return false;
        }
    });

    private async Task HeadBucketAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _s3.HeadBucketAsync(new HeadBucketRequest { BucketName = _options.Bucket }, cancellationToken);
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            throw new AmazonS3Exception("The bucket does not exist.", absent) { ErrorCode = NoSuchBucket, StatusCode = absent.StatusCode };
        }
    }
}
