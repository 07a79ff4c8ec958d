using System.Threading.RateLimiting;

namespace ReelBallers.Jobs;

/// <summary>RunPod's operations; each has its own rate limit.</summary>
internal enum RunPodOperation
{
    Run,
    Status,
    Cancel,
    Health,
}

internal static class RunPodOperations
{
    /// <summary>As in RunPod's URLs.</summary>
    public static string ToPath(this RunPodOperation operation) => operation switch
    {
        RunPodOperation.Run => "run",
        RunPodOperation.Status => "status",
        RunPodOperation.Cancel => "cancel",
        RunPodOperation.Health => "health",
    };
}

/// <summary>
/// The rate limit of one operation at one endpoint. RunPod counts the calls of ten seconds and those that are open, of the whole
/// account: each replica uses an equal share, which changes as replicas start and stop.
/// </summary>
/// <param name="perSecond">The calls a second of all replicas.</param>
/// <param name="concurrent">The open calls of all replicas.</param>
/// <param name="replicas">How many replicas share them.</param>
internal sealed class CallRate(int perSecond, int concurrent, Func<int> replicas) : IDisposable
{
    private const int WindowSeconds = 10;
    private const int MaxWaiting = 256;

    // Far below the lease of an intent.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Share? _share;

    /// <summary>Waits a few seconds for a permit; not acquired when there is none by then, or when too many wait already.</summary>
    public async ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(MaxWait);
        try
        {
            return await WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotAcquired.Instance;
        }
    }

    private async Task<RateLimitLease> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var share = Current();
            try
            {
                return await share.Limiter.AcquireAsync(1, cancellationToken);
            }
            catch (ObjectDisposedException) when (share != Current())
            {
                // The number of replicas changed in between.
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _share?.Dispose();
        }
    }

    private Share Current()
    {
        lock (_gate)
        {
            var count = Math.Max(1, replicas());
            if (_share?.Replicas != count)
            {
                var old = _share;
                _share = new Share(perSecond, concurrent, count, old?.Used ?? 0);
                old?.Dispose();
            }
            return _share;
        }
    }

    private sealed class NotAcquired : RateLimitLease
    {
        public static readonly NotAcquired Instance = new();

        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }

    private sealed class Share : IDisposable
    {
        private readonly SlidingWindowRateLimiter _window;
        private readonly ConcurrencyLimiter _concurrency;
        private readonly int _permits;

        public Share(int perSecond, int concurrent, int replicas, int used)
        {
            Replicas = replicas;
            _permits = Math.Max(1, perSecond * WindowSeconds / replicas);
            _window = new SlidingWindowRateLimiter(new SlidingWindowRateLimiterOptions
            {
                PermitLimit = _permits,
                Window = TimeSpan.FromSeconds(WindowSeconds),
                SegmentsPerWindow = WindowSeconds,
                QueueLimit = MaxWaiting,
            });
            // What was used of the share before counts for this one too.
            _window.AttemptAcquire(Math.Min(used, _permits)).Dispose();
            _concurrency = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
            {
                PermitLimit = Math.Max(1, concurrent / replicas),
                QueueLimit = MaxWaiting,
            });
            Limiter = RateLimiter.CreateChained(_concurrency, _window);
        }

        public int Replicas { get; }

        public RateLimiter Limiter { get; }

        public int Used => _permits - (int)(_window.GetStatistics()?.CurrentAvailablePermits ?? 0);

        public void Dispose()
        {
            Limiter.Dispose();
            _window.Dispose();
            _concurrency.Dispose();
        }
    }
}
