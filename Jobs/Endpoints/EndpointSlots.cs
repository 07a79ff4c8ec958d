using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>
/// How many jobs each endpoint can take now. An endpoint's own queue is kept short, since RunPod works through it in order,
/// whichever user waits. Each replica counts what the database knows and what it is about to submit itself, so that several replicas
/// may exceed the bound by a few.
/// </summary>
internal sealed class EndpointSlots(
    RunPodEndpoints endpoints, RunPodCalls calls, EndpointHealth health, IOptions<RunPodOptions> options)
{
    // Many times what a replica submits at once.
    private const int AmpleRoom = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Usage> _usages = endpoints.All.ToDictionary(id => id, _ => new Usage());

    /// <summary>Before the database is read for <see cref="Update"/>: what is stored from now on may be missing there.</summary>
    public void BeginCount()
    {
        lock (_gate)
        {
            foreach (var usage in _usages.Values)
            {
                usage.StoredSince = 0;
            }
        }
    }

    /// <summary>Takes over what the database knows.</summary>
    public void Update(IReadOnlyDictionary<string, EndpointFacts> facts)
    {
        lock (_gate)
        {
            foreach (var (id, known) in facts)
            {
                var usage = _usages[id];
                (usage.Open, usage.IsPaused) = (known.OpenRuns + usage.StoredSince ?? usage.Open, known.IsPaused);
            }
        }
    }

    /// <summary>Whether every endpoint is far from full, so that a count that is a second old is good enough.</summary>
    public bool HaveAmpleRoom
    {
        get
        {
            lock (_gate)
            {
                return _usages.Keys.All(id => Free(id) >= AmpleRoom);
            }
        }
    }

    /// <summary>How many jobs of each lane can be submitted now, and of all together; lanes may share endpoints.</summary>
    public (IReadOnlyDictionary<Lane, int> ByLane, int Total) Free(IEnumerable<Lane> lanes)
    {
        lock (_gate)
        {
            var candidates = lanes.ToDictionary(lane => lane, Candidates);
            return (
                candidates.Where(lane => lane.Value.Count > 0)
                    .ToDictionary(lane => lane.Key, lane => lane.Value.Sum(endpoint => Free(endpoint.Id))),
                candidates.Values.SelectMany(endpoints => endpoints).Select(endpoint => endpoint.Id).Distinct().Sum(Free));
        }
    }

    /// <summary>Takes a slot of one of the endpoints, by their weights; null when none can take the job now.</summary>
    public Slot? Reserve(Lane lane)
    {
        lock (_gate)
        {
            var candidates = Candidates(lane);
            if (candidates.Count == 0)
            {
                return null;
            }
            var draw = Random.Shared.Next(candidates.Sum(endpoint => endpoint.Weight));
            var chosen = candidates.First(endpoint => (draw -= endpoint.Weight) < 0).Id;
            _usages[chosen].Reserved++;
            return new Slot(this, chosen);
        }
    }

    /// <summary>Those that can take a job now; of these, those with workers if there are any.</summary>
    private List<WeightedEndpoint> Candidates(Lane lane)
    {
        var open = endpoints.For(lane)
            .Where(endpoint => !_usages[endpoint.Id].IsPaused && !calls.IsSuspended(endpoint.Id) && Free(endpoint.Id) > 0).ToList();
        var able = open.Count > 1 ? open.FindAll(endpoint => !health.LacksCapacity(endpoint.Id)) : open;
        return able.Count > 0 ? able : open;
    }

    private int Free(string endpointId)
    {
        var workers = health.Read(endpointId)?.Workers?.Able ?? 0;
        var limit = Math.Max(options.Value.MinOpenRuns, workers * options.Value.OpenRunsPerWorker);
        return Math.Max(0, (int)Math.Min(limit, int.MaxValue) - _usages[endpointId].Open - _usages[endpointId].Reserved);
    }

    private void Release(string endpointId, bool isUsed)
    {
        lock (_gate)
        {
            var (usage, stored) = (_usages[endpointId], isUsed ? 1 : 0);
            usage.Reserved--;
            // Until the database is read again.
            usage.Open += stored;
            usage.StoredSince += stored;
        }
    }

    private sealed class Usage
    {
        public int Open { get; set; }

        public int Reserved { get; set; }

        public int StoredSince { get; set; }

        public bool IsPaused { get; set; }
    }

    /// <summary>A reserved place at an endpoint, until the run is stored or given up.</summary>
    internal sealed class Slot(EndpointSlots slots, string endpointId) : IDisposable
    {
        public string EndpointId => endpointId;

        /// <summary>The run is stored, so that the database counts it.</summary>
        public bool IsUsed { get; set; }

        public void Dispose() => slots.Release(endpointId, IsUsed);
    }
}
