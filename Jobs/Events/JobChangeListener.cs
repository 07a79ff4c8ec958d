using Npgsql;

namespace ReelBallers.Jobs;

/// <summary>
/// Tells the streams of this process which jobs have changed, whichever replica changed them: a trigger on the table
/// notifies, and one connection listens for all.
/// </summary>
internal sealed partial class JobChangeListener(NpgsqlDataSource dataSource, TimeProvider time, ILogger<JobChangeListener> logger) : BackgroundService
{
    public const string Channel = "job_changed";

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(30);

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
        var subscription = new JobSubscription(jobId, Remove);
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogLost(exception);
                await Task.Delay(ReconnectDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
        connection.Notification += (_, notification) => Notify(notification.Payload);
        await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(stoppingToken);
        }
        // What changed while nobody listened is read now.
        NotifyAll();
        while (true)
        {
            if (!await connection.WaitAsync(ProbeInterval, stoppingToken))
            {
                // Quiet: a connection that died without a word is found out by a question.
                await using var probe = new NpgsqlCommand("select 1", connection);
                await probe.ExecuteScalarAsync(stoppingToken);
            }
        }
    }

    private void Notify(string payload)
    {
        if (!Guid.TryParseExact(payload, "D", out var jobId))
        {
            return;
        }
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions.GetValueOrDefault(jobId) ?? [])
            {
                subscription.Pulse();
            }
        }
    }

    private void NotifyAll()
    {
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions.Values.SelectMany(set => set))
            {
                subscription.Pulse();
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

    [LoggerMessage(LogLevel.Warning, "The listener for job changes lost its connection; streams are slower until it is back")]
    private partial void LogLost(Exception exception);
}
