using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Tells the streams of this process which rows have changed, by whichever replica: a trigger notifies on the channel, with the id of the
/// row, or with <c>user:</c> and the id of its user.
/// </summary>
public sealed class RowChangeListener(string channel, NpgsqlDataSource dataSource, TimeProvider time, ILogger<RowChangeListener> logger)
    : PostgresListener(channel, dataSource, time, logger)
{
    private const string UserPrefix = "user:";

    private readonly TimeProvider _time = time;
    private readonly Dictionary<Guid, HashSet<RowSubscription>> _subscriptions = [];

    /// <summary>The number of rows and users that are subscribed to, each counted once a subscription.</summary>
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

    /// <summary>Subscribes to the changes of rows or of users' rows; to be made before they are read.</summary>
    /// <param name="ids">Of the rows or users.</param>
    public RowSubscription Subscribe(params IEnumerable<Guid> ids)
    {
        var subscription = new RowSubscription([.. ids], _time, Remove);
        lock (_subscriptions)
        {
            foreach (var id in subscription.Ids)
            {
                if (!_subscriptions.TryGetValue(id, out var set))
                {
                    _subscriptions[id] = set = [];
                }
                set.Add(subscription);
            }
        }
        return subscription;
    }

    /// <inheritdoc/>
    protected override void OnNotification(string payload)
    {
        var text = payload.StartsWith(UserPrefix, StringComparison.Ordinal) ? payload.AsSpan(UserPrefix.Length) : payload;
        if (!Guid.TryParseExact(text, "D", out var id))
        {
            return;
        }
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions.GetValueOrDefault(id) ?? [])
            {
                subscription.Set(isCertain: true);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnConnected()
    {
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions.Values.SelectMany(set => set))
            {
                subscription.Set(isCertain: false);
            }
        }
    }

    private void Remove(RowSubscription subscription)
    {
        lock (_subscriptions)
        {
            foreach (var id in subscription.Ids)
            {
                if (_subscriptions.TryGetValue(id, out var set) && set.Remove(subscription) && set.Count == 0)
                {
                    _subscriptions.Remove(id);
                }
            }
        }
    }
}

/// <summary>One stream's subscription to changes.</summary>
public sealed class RowSubscription : IDisposable
{
    // All streams of a replica learn at the same moment that they may have missed a change.
    private static readonly TimeSpan MaxSpread = TimeSpan.FromSeconds(5);

    private readonly Action<RowSubscription> _remove;

    internal RowSubscription(ImmutableArray<Guid> ids, TimeProvider time, Action<RowSubscription> remove) =>
        (Ids, Changes, _remove) = (ids, new LatestValue<bool>(time), remove);

    /// <summary>True when something has changed, false when a change may have been missed.</summary>
    public LatestValue<bool> Changes { get; }

    internal ImmutableArray<Guid> Ids { get; }

    /// <summary>Returns when something has changed or may have; sends comments meanwhile. Changes until then are merged.</summary>
    public async Task NextAsync(EventStreamWriter stream)
    {
        bool? isCertain = null;
        while (isCertain is null)
        {
            isCertain = await stream.NextAsync(Changes);
        }
        if (isCertain == false)
        {
            await Changes.TakeAsync(MaxSpread * Random.Shared.NextDouble(), stream.Stopping);
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => _remove(this);

    internal void Set(bool isCertain) => Changes.Set(isCertain);
}

/// <summary>Registers the listener of a service.</summary>
public static class RowChangeListenerExtensions
{
    /// <summary>Adds the listener on a channel.</summary>
    public static IServiceCollection AddRowChanges(this IServiceCollection services, string channel)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RowChangeListener>(provider, channel));
        services.AddHostedService(provider => provider.GetRequiredService<RowChangeListener>());
        return services;
    }
}
