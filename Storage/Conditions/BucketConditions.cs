using System.Net;
using Amazon.Runtime;
using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>
/// Tells operators that the bucket does not exist or that R2 rejects our key, by asking R2. Whether it is so is not known while R2 does not
/// answer.
/// </summary>
internal sealed class BucketConditions(R2Client r2, TimeProvider time) : IConditionSource
{
    public string Kind => ConditionKinds.BucketUnusable;

    /// <exception cref="StorageUnavailableException">R2 does not answer.</exception>
    public async Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        try
        {
            await r2.CheckBucketAsync(cancellationToken);
            return [];
        }
        catch (StorageUnavailableException failure) when (TextOf(failure.InnerException) is { } text)
        {
            return [new OpenCondition("bucket", $"Nothing can be uploaded, run or downloaded: {text}", time.GetUtcNow())];
        }
    }

    private string? TextOf(Exception? failure) => (failure as AmazonServiceException)?.StatusCode switch
    {
        HttpStatusCode.NotFound => $"the bucket {r2.Bucket} does not exist.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "R2 rejects our key.",
        _ => null,
    };
}
