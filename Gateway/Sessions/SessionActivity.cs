using System.Collections.Concurrent;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Collects which sessions are used and writes it down once a minute, so that no request waits for the database.</summary>
internal sealed class SessionActivity(KnownSessions sessions, TimeProvider time, ILogger<SessionActivity> logger)
    : PeriodicWorker(
        new PeriodicWork(TimeSpan.FromMinutes(1), "The use of sessions could not be stored") { Jitter = 0.25 }, time, logger)
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan PurgeEvery = TimeSpan.FromHours(1);

    private ConcurrentDictionary<Guid, bool> _seen = [];
    private DateTimeOffset _purgeAt;

    /// <summary>A request of this session was accepted.</summary>
    public void Seen(Session session) => _seen.TryAdd(session.Id, true);

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        // What is added to the old one in the meantime is seen again with the next request.
        var seen = Interlocked.Exchange(ref _seen, []);
        foreach (var ids in seen.Keys.Chunk(BatchSize))
        {
            await sessions.SeenAsync(ids, cancellationToken);
        }
        var now = Time.GetUtcNow();
        if (now >= _purgeAt)
        {
            await sessions.PurgeAsync(cancellationToken);
            _purgeAt = now + PurgeEvery;
        }
    }
}
