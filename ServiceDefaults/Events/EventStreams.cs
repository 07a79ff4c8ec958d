using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Sends stored events to gRPC streams: those after a cursor and then new ones, as soon as any replica has committed them. At least once
/// and in their order, so a consumer that stores the last sequence number it has processed misses nothing.
/// </summary>
public sealed class EventStreams<TContext, TEvent>(
    EventLog<TEvent> log, IDbContextFactory<TContext> databases, NpgsqlDataSource dataSource, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<EventStreams<TContext, TEvent>> logger)
    : PostgresListener(log.Channel, dataSource, time, logger)
    where TContext : DbContext
    where TEvent : class, IStoredEvent
{
    private const int EventsAtOnce = 100;

    // A notification can be missed while the listener reconnects.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = time;
    private TaskCompletionSource _news = NewSource();

    /// <summary>Writes the events until the call is cancelled.</summary>
    /// <param name="after">The last sequence number that the consumer has processed; 0: from the first event that is kept.</param>
    /// <param name="map">Gives the messages of events, which it may add to from the database.</param>
    /// <param name="stream">The response.</param>
    /// <param name="cancellationToken">Of the call.</param>
    /// <exception cref="RpcRejection">UNAVAILABLE shutting_down: the service stops.</exception>
    public async Task WriteAsync<TMessage>(
        long after, Func<TContext, IReadOnlyList<TEvent>, CancellationToken, Task<IReadOnlyList<TMessage>>> map,
        IServerStreamWriter<TMessage> stream, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            while (true)
            {
                // Taken before the read, so that no event is missed in between.
                var news = Volatile.Read(ref _news).Task;
                var (messages, last) = await ReadAsync(after, map, end.Token);
                foreach (var message in messages)
                {
                    await stream.WriteAsync(message, end.Token);
                }
                after = last;
                if (messages.Count < EventsAtOnce)
                {
                    await WaitAsync(news, end.Token);
                }
            }
        }
        catch (OperationCanceledException)
            when (lifetime.ApplicationStopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw RpcErrors.Reject(StatusCode.Unavailable, "shutting_down", "The service is stopping; watch again.");
        }
    }

    /// <inheritdoc/>
    protected override void OnNotification(string payload) => Interlocked.Exchange(ref _news, NewSource()).TrySetResult();

    /// <inheritdoc/>
    protected override void OnConnected() => OnNotification("");

    // A context per read: the stream may stay open for days.
    private async Task<(IReadOnlyList<TMessage> Messages, long Last)> ReadAsync<TMessage>(
        long after, Func<TContext, IReadOnlyList<TEvent>, CancellationToken, Task<IReadOnlyList<TMessage>>> map,
        CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var events = await log.AfterAsync(database, after, EventsAtOnce, cancellationToken);
        return events.Count == 0 ? ([], after) : (await map(database, events, cancellationToken), events[^1].Sequence);
    }

    private async Task WaitAsync(Task news, CancellationToken cancellationToken)
    {
        try
        {
            await news.WaitAsync(LookInterval, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Registers the events of a service.</summary>
public static class EventStreamsExtensions
{
    /// <summary>Adds the log and its streams.</summary>
    public static IServiceCollection AddEventStreams<TContext, TEvent>(this IServiceCollection services, EventLog<TEvent> log)
        where TContext : DbContext
        where TEvent : class, IStoredEvent
    {
        services.AddSingleton(log);
        services.AddSingleton<EventStreams<TContext, TEvent>>();
        services.AddHostedService(provider => provider.GetRequiredService<EventStreams<TContext, TEvent>>());
        return services;
    }
}
