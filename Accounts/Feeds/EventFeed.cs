using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Reads the events of another service and stores the mails, webhooks and alerts about them, in one transaction with the cursor: none
/// twice, and none lost, wherever a process ends. An event that cannot be handled is logged and skipped.
/// </summary>
internal abstract partial class EventFeed<TEvent>(
    string name, IServiceScopeFactory scopes, AccountsMeter meter, TimeProvider time, ILogger logger)
    : FeedWorker(name, scopes, time, logger)
{
    /// <summary>The attempts to store what an event causes, if it fails for another reason than an outage.</summary>
    public const int MaxAttempts = 3;

    private static readonly TimeSpan StreamLifetime = TimeSpan.FromMinutes(10);

    private readonly IServiceScopeFactory _scopes = scopes;
    private readonly HashSet<string> _unknown = [];
    private (long Sequence, int Attempts) _failing;

    /// <summary>Opens the stream of the events after a sequence number.</summary>
    protected abstract AsyncServerStreamingCall<TEvent> Watch(long after, CancellationToken cancellationToken);

    /// <summary>The event's place in the stream.</summary>
    protected abstract long SequenceOf(TEvent happened);

    /// <summary>What is to be mailed about an event; null: nothing.</summary>
    protected abstract MailNotice? NoticeOf(TEvent happened);

    /// <summary>What other systems are to be told of an event; null: nothing.</summary>
    protected abstract WebhookNews? NewsOf(TEvent happened);

    /// <summary>What operators are to be told about an event; null: nothing.</summary>
    protected virtual NewAlert? AlertOf(TEvent happened) => null;

    /// <summary>To be called for an event of a type that this version does not know; logged once for each type.</summary>
    protected MailNotice? Unknown(string type)
    {
        if (_unknown.Add(type))
        {
            LogUnknown(Logger, Name, type);
        }
        return null;
    }

    protected sealed override async Task FollowAsync(FeedCursor cursor, CancellationToken stoppingToken)
    {
        var sequence = cursor.Sequence;
        await foreach (var batch in BatchesAsync(end => Watch(cursor.Sequence, end), FeedCursors.Lease / 3, StreamLifetime, stoppingToken))
        {
            sequence = await HandleAsync(cursor, sequence, batch, stoppingToken);
            Recovered();
        }
    }

    private async Task<long> HandleAsync(
        FeedCursor cursor, long from, IReadOnlyList<TEvent> batch, CancellationToken stoppingToken)
    {
        try
        {
            return await StoreAsync(cursor, from, batch, stoppingToken);
        }
        catch (Exception failure)
            when (batch.Count > 0 && !Outages.IsOutage(failure, stoppingToken) && !stoppingToken.IsCancellationRequested)
        {
            if (batch.Count > 1)
            {
                // One of them cannot be stored.
                foreach (var one in batch)
                {
                    from = await HandleAsync(cursor, from, [one], stoppingToken);
                }
                return from;
            }
            var sequence = SequenceOf(batch[0]);
            _failing = (sequence, _failing.Sequence == sequence ? _failing.Attempts + 1 : 1);
            if (_failing.Attempts < MaxAttempts)
            {
                throw;
            }
            Skip(sequence, failure);
            return await AdvanceAsync(from, sequence, new FeedFacts([], [], []), stoppingToken);
        }
    }

    private Task<long> StoreAsync(FeedCursor cursor, long from, IReadOnlyList<TEvent> batch, CancellationToken cancellationToken)
    {
        var read = batch.Select(Read).ToList();
        var facts = new FeedFacts(
            [.. read.Select(one => one.Notice).OfType<MailNotice>().Where(notice => notice.At >= cursor.StartedAt)],
            [.. read.Select(one => one.News).OfType<WebhookNews>().Where(news => news.At >= cursor.StartedAt)],
            [.. read.Select(one => one.Alert).OfType<NewAlert>().Where(alert => alert.Since >= cursor.StartedAt)]);
        return AdvanceAsync(from, batch.Count == 0 ? from : SequenceOf(batch[^1]), facts, cancellationToken);
    }

    private async Task<long> AdvanceAsync(long from, long to, FeedFacts facts, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<AccountsDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // First, so that a replica that has lost the feed stops here.
        await scope.ServiceProvider.GetRequiredService<FeedCursors>().AdvanceAsync(Name, LeaseId, from, to, cancellationToken);
        await scope.ServiceProvider.GetRequiredService<NoticeMails>().AddAsync(facts.Notices, cancellationToken);
        await scope.ServiceProvider.GetRequiredService<WebhookEvents>().AddAsync(facts.News, cancellationToken);
        await scope.ServiceProvider.GetRequiredService<Alerts>().AddEventsAsync(facts.Alerts, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return to;
    }

    private (MailNotice? Notice, WebhookNews? News, NewAlert? Alert) Read(TEvent happened)
    {
        try
        {
            return (NoticeOf(happened), NewsOf(happened), AlertOf(happened));
        }
        catch (Exception malformed)
        {
            Skip(SequenceOf(happened), malformed);
            return default;
        }
    }

    private void Skip(long sequence, Exception failure)
    {
        meter.Skipped(Name);
        LogSkipped(Logger, Name, sequence, failure);
    }

    [LoggerMessage(LogLevel.Warning, "The feed {Name} has events of the type {Type}, which this version does not know: they are skipped")]
    private static partial void LogUnknown(ILogger logger, string name, string type);

    [LoggerMessage(LogLevel.Error, "Event {Sequence} of the feed {Name} could not be handled and is skipped: nobody is told of it")]
    private static partial void LogSkipped(ILogger logger, string name, long sequence, Exception failure);
}

/// <summary>What is stored about a batch of events.</summary>
/// <param name="Notices">For mails.</param>
/// <param name="News">For other systems.</param>
/// <param name="Alerts">For operators.</param>
internal sealed record FeedFacts(IReadOnlyList<MailNotice> Notices, IReadOnlyList<WebhookNews> News, IReadOnlyList<NewAlert> Alerts);
