using System.Collections.Concurrent;

namespace ReelBallers.Jobs;

/// <summary>Leases the jobs whose turn it is, as many as their endpoints can take now.</summary>
internal sealed class DispatchTurns(TurnQueue queue, EndpointSlots slots, RunPodEndpoints endpoints, TimeProvider time)
{
    private static readonly TimeSpan OverdueInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(1);

    // Leased by this replica and without a slot yet.
    private readonly ConcurrentDictionary<Guid, Guid> _pending = new();
    private long _overdueReadAt;
    private long _countedAt;

    /// <summary>Called by one loop.</summary>
    public async Task<IReadOnlyList<Lease>> LeaseAsync(int limit, CancellationToken cancellationToken)
    {
        if (_overdueReadAt == 0 || time.GetElapsedTime(_overdueReadAt) >= OverdueInterval)
        {
            _overdueReadAt = time.GetTimestamp();
            if (await queue.LeaseOverdueAsync(limit, cancellationToken) is { Count: > 0 } overdue)
            {
                return overdue;
            }
        }
        var isCounted = _countedAt != 0 && time.GetElapsedTime(_countedAt) < CountInterval && slots.HaveAmpleRoom;
        slots.BeginCount();
        var waiting = await queue.ReadAsync(endpoints.All, countRuns: !isCounted, cancellationToken);
        _countedAt = isCounted || waiting.Endpoints.Count == 0 ? _countedAt : time.GetTimestamp();
        slots.Update(waiting.Endpoints);
        var (free, total) = slots.Free(waiting.Lanes);
        var most = Math.Min(limit, total - _pending.Count);
        var leases = most > 0 ? await queue.LeaseAsync(free, most, cancellationToken) : [];
        foreach (var lease in leases)
        {
            _pending[lease.JobId] = lease.LeaseId;
        }
        return leases;
    }

    /// <summary>A place for the job at one of its endpoints; null when none can take it now.</summary>
    public EndpointSlots.Slot? Reserve(Lease lease, Job job)
    {
        End(lease);
        return slots.Reserve(Lane.Of(job));
    }

    /// <summary>The lease is no longer about to take a slot.</summary>
    public void End(Lease lease) => _pending.TryRemove(KeyValuePair.Create(lease.JobId, lease.LeaseId));
}
