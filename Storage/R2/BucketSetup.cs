using Microsoft.Extensions.Options;

namespace ReelBallers.Storage;

/// <summary>
/// Checks the bucket at the start and sets its CORS and lifecycle rules; without the right to, logs the commands that do.
/// </summary>
internal sealed partial class BucketSetup(R2Client r2, IOptions<R2Options> options, TimeProvider time, ILogger<BucketSetup> logger)
    : StartWork(time, logger)
{
    /// <summary>One attempt.</summary>
    /// <exception cref="StorageUnavailableException">The bucket does not exist or cannot be reached; logged.</exception>
    public async Task SetUpAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        await r2.CheckBucketAsync(cancellationToken);
        var origins = settings.GetAllowedOrigins();
        if (origins.Count > 0 && !await r2.TrySetCorsAsync(BucketRules.Cors(origins), cancellationToken))
        {
            LogNotSet("CORS rule", BucketRules.CorsCommand(settings.GetEndpoint(), settings.Bucket, origins));
        }

        var rules = await r2.FindLifecycleAsync(cancellationToken);
        if (rules is null
            || (BucketRules.WithExpiry(rules) is { } missing && !await r2.TrySetLifecycleAsync(missing, cancellationToken)))
        {
            LogNotSet("lifecycle rule", BucketRules.LifecycleCommand(settings.GetEndpoint(), settings.Bucket));
        }
    }

    protected override async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SetUpAsync(cancellationToken);
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The bucket's {What} could not be set with these credentials. Set it with: {Command}")]
    private partial void LogNotSet(string what, string command);
}
