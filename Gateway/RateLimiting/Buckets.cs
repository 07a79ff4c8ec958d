namespace ReelBallers.Gateway;

/// <summary>The buckets of the rate limits: in Redis where it is configured and answers, else in memory.</summary>
internal sealed class Buckets(MemoryBuckets memory, SharedBuckets? shared = null)
{
    /// <summary>Takes a token if there is one.</summary>
    public async ValueTask<BucketAnswer> TakeAsync(Bucket bucket) =>
        shared is not null && await shared.TryTakeAsync(bucket) is { } answer ? answer : memory.Take(bucket);
}
