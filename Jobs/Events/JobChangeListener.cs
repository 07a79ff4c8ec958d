using Npgsql;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>
/// Tells the streams of this process which jobs have changed, by whichever replica: a trigger on the table notifies.
/// </summary>
internal sealed class JobChangeListener(NpgsqlDataSource dataSource, TimeProvider time, ILogger<JobChangeListener> logger)
    : PostgresListener("job_changed", dataSource, time, logger)
{
    private readonly TimeProvider _time = time;
    private readonly Dictionary<Guid, HashSet<JobSubscription>> _subscriptions = [];

    public int SubscriptionCount
    {
        get
        {
            lock (_subscriptions)
            {
                return _subscriptions.Values.Sum(set => set.Count);
            }
        }
    }

    public JobSubscription Subscribe(Guid jobId)
    {
        var subscription = new JobSubscription(jobId, _time, Remove);
        lock (_subscriptions)
        {
            if (!_subscriptions.TryGetValue(jobId, out var set))
            {
                _subscriptions[jobId] = set = [];
            }
            set.Add(subscription);
        }
        return subscription;
    }

    protected override void OnNotification(string payload)
    {
        if (!Guid.TryParseExact(payload, "D", out var jobId))
        {
            return;
        }
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions.GetValueOrDefault(jobId) ?? [])
            {
                subscription.Changes.Set(true);
            }
        }
    }

    protected override void OnConnected()
    {
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions.Values.SelectMany(set => set))
            {
                subscription.Changes.Set(false);
            }
        }
    }

    private void Remove(JobSubscription subscription)
    {
        lock (_subscriptions)
        {
            if (_subscriptions.TryGetValue(subscription.JobId, out var set) && set.Remove(subscription) && set.Count == 0)
            {
                _subscriptions.Remove(subscription.JobId);
            }
        }
    }
}
