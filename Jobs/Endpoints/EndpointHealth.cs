using System.Collections.Concurrent;

namespace ReelBallers.Jobs;

/// <summary>
/// What the endpoints last said about their queue and workers. Reading it costs nothing: an old reading is renewed in the
/// background, by those who ask.
/// </summary>
internal sealed class EndpointHealth(RunPodClient runPod, TimeProvider time)
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(1);

    // Workers start when a job waits for them.
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    /// <summary>The last reading; null without one of the last minute.</summary>
    public RunPodHealth? Read(string endpointId)
    {
        var entry = _entries.GetOrAdd(endpointId, _ => new Entry());
        lock (entry)
        {
            var now = time.GetUtcNow();
            if (now >= entry.AskedAt + RenewAfter && entry.Asking.IsCompleted)
            {
                entry.AskedAt = now;
                entry.Asking = RenewAsync(endpointId, entry);
            }
            return now < entry.ReadAt + ForgetAfter ? entry.Last : null;
        }
    }

    /// <summary>Whether jobs wait at the endpoint and it has no worker for them, nor starts one.</summary>
    public bool LacksCapacity(string endpointId)
    {
        if (Read(endpointId) is not { InQueue: > 0, Workers: { Able: 0 } workers })
        {
            return false;
        }
        var entry = _entries[endpointId];
        lock (entry)
        {
            return workers.IsRefused || (entry.UnableSince is { } since && time.GetUtcNow() >= since + StartTime);
        }
    }

    private async Task RenewAsync(string endpointId, Entry entry)
    {
        await Task.Yield();
        var read = await runPod.HealthAsync(endpointId, CancellationToken.None);
        lock (entry)
        {
            var now = time.GetUtcNow();
            if (read is null)
            {
                return;
            }
            (entry.Last, entry.ReadAt) = (read, now);
            entry.UnableSince = read is { InQueue: > 0, Workers.Able: 0 } ? entry.UnableSince ?? now : null;
        }
    }

    private sealed class Entry
    {
        public RunPodHealth? Last { get; set; }

        public DateTimeOffset AskedAt { get; set; }

        public DateTimeOffset ReadAt { get; set; }

        public DateTimeOffset? UnableSince { get; set; }

        public Task Asking { get; set; } = Task.CompletedTask;
    }
}
