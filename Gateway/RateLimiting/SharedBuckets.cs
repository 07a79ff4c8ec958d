using System.Threading.RateLimiting;
using RedisRateLimiting;
using StackExchange.Redis;

namespace ReelBallers.Gateway;

/// <summary>
/// Buckets in Redis, which all replicas of the Gateway share. While Redis does not answer they give none: limits of each replica's own
/// memory hold then, and no request fails or waits for Redis.
/// </summary>
internal sealed partial class SharedBuckets(ConfigurationOptions redis, TimeProvider time, ILogger<SharedBuckets> logger)
    : IHostedService, IAsyncDisposable
{
    private const string Prefix = "reelballers:";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // How long an outage lasts at least: a request that looks whether it is over may wait for Redis.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _state = new();
    private IConnectionMultiplexer? _connection;
    private PartitionedRateLimiter<Bucket>? _limiters;
    private bool _isDown;
    private long _lookAt;

    /// <summary>Connects. A Redis that cannot be reached is connected to later, by itself.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _connection = await ConnectionMultiplexer.ConnectAsync(redis);
        _limiters = PartitionedRateLimiter.Create<Bucket, string>(bucket => RedisRateLimitPartition.GetTokenBucketRateLimiter(
            Prefix + bucket.Key, _ => new RedisTokenBucketRateLimiterOptions
            {
                ConnectionMultiplexerFactory = () => _connection,
                TokenLimit = bucket.Policy.Burst,
                TokensPerPeriod = bucket.Policy.PerSecond,
                ReplenishmentPeriod = Period,
            }));
        if (!_connection.IsConnected)
        {
            NoteOutage("it cannot be connected to");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes a token if there is one; null while Redis does not answer.</summary>
    public async ValueTask<BucketAnswer?> TryTakeAsync(Bucket bucket)
    {
        if (_limiters is null || !MayAsk())
        {
            return null;
        }
        try
        {
            // Not cancelled with the request: the answer also says whether Redis works.
            using var lease = await _limiters.AcquireAsync(bucket, cancellationToken: CancellationToken.None);
            NoteAnswer();
            return new BucketAnswer(
                lease.IsAcquired, lease.TryGetMetadata(RateLimitMetadataName.Remaining, out var remaining) ? remaining : 0);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            NoteOutage(Reason(exception));
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_limiters is not null)
        {
            await _limiters.DisposeAsync();
        }
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    /// <summary>Always, but in an outage one request at the end of each pause.</summary>
    private bool MayAsk()
    {
        if (!Volatile.Read(ref _isDown))
        {
            return true;
        }
        lock (_state)
        {
            if (time.GetTimestamp() < _lookAt)
            {
                return false;
            }
            LookLater();
            return true;
        }
    }

    private void NoteAnswer()
    {
        if (!Volatile.Read(ref _isDown))
        {
            return;
        }
        lock (_state)
        {
            if (_isDown)
            {
                _isDown = false;
                LogRecovery();
            }
        }
    }

    private void NoteOutage(string reason)
    {
        lock (_state)
        {
            LookLater();
            if (!_isDown)
            {
                _isDown = true;
                LogOutage(reason);
            }
        }
    }

    // The client's own messages are pages of its state.
    private static string Reason(Exception exception) => exception switch
    {
        RedisConnectionException connection => $"connection: {connection.FailureType}",
        TimeoutException => "no answer in time",
        _ => exception.Message,
    };

    private void LookLater() => _lookAt = time.GetTimestamp() + (long)(Pause.TotalSeconds * time.TimestampFrequency);

    [LoggerMessage(LogLevel.Warning, "Redis is unavailable ({Reason}): rate limits are counted in the memory of each Gateway meanwhile")]
    private partial void LogOutage(string reason);

    [LoggerMessage(LogLevel.Information, "Redis is available again: all Gateways share their rate limits")]
    private partial void LogRecovery();
}
