using Google.Protobuf;
using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// Reads the events of another service and stores the mails, webhooks and alerts about them, in one transaction with the cursor: none
/// twice, and none lost, wherever a process ends. An event that cannot be handled becomes a dead letter, in that transaction too.
/// </summary>
internal abstract partial class EventFeed<TEvent>(
    string name, IServiceScopeFactory scopes, AccountsMeter meter, TimeProvider time, ILogger logger)
    : FeedWorker(name, scopes, time, logger), IFeedReader
    where TEvent : class, IMessage<TEvent>, new()
{
    /// <summary>The attempts to store what an event causes, if it fails for another reason than an outage.</summary>
    public const int MaxAttempts = 3;

    private static readonly TimeSpan StreamLifetime = TimeSpan.FromMinutes(10);

    private readonly IServiceScopeFactory _scopes = scopes;
    private readonly MessageParser<TEvent> _parser = new(() => new TEvent());
    private readonly HashSet<string> _unknown = [];
    private (long Sequence, int Attempts) _failing;

    /// <summary>Opens the stream of the events after a sequence number.</summary>
    protected abstract AsyncServerStreamingCall<TEvent> Watch(long after, CancellationToken cancellationToken);

    /// <summary>The event's place in the stream.</summary>
    protected abstract long SequenceOf(TEvent happened);

    /// <summary>The user whom it concerns.</summary>
    protected abstract string UserIdOf(TEvent happened);

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
            return await AdvanceAsync(from, sequence, FeedFacts.None, [Failed(batch[0], _failing.Attempts, failure)], stoppingToken);
        }
    }

    string IFeedReader.Name => Name;

    FeedFacts IFeedReader.FactsOf(byte[] message) => FactsOf(_parser.ParseFrom(message), DateTimeOffset.MinValue);

    private Task<long> StoreAsync(FeedCursor cursor, long from, IReadOnlyList<TEvent> batch, CancellationToken cancellationToken)
    {
        var (read, failed) = (new List<FeedFacts>(), new List<FailedEvent>());
        foreach (var happened in batch)
        {
            try
            {
                read.Add(FactsOf(happened, cursor.StartedAt));
            }
            catch (Exception malformed)
            {
                failed.Add(Failed(happened, attempts: 1, malformed));
            }
        }
        var to = batch.Count == 0 ? from : SequenceOf(batch[^1]);
        return AdvanceAsync(from, to, FeedFacts.Of(read), failed, cancellationToken);
    }

    private FeedFacts FactsOf(TEvent happened, DateTimeOffset startedAt) => new(
        NoticeOf(happened) is { } notice && notice.At >= startedAt ? [notice] : [],
        NewsOf(happened) is { } news && news.At >= startedAt ? [news] : [],
        AlertOf(happened) is { } alert && alert.Since >= startedAt ? [alert] : []);

    private async Task<long> AdvanceAsync(
        long from, long to, FeedFacts facts, IReadOnlyList<FailedEvent> failed, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<AccountsDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // First, so that a replica that has lost the feed stops here.
        await scope.ServiceProvider.GetRequiredService<FeedCursors>().AdvanceAsync(Name, LeaseId, from, to, cancellationToken);
        await scope.ServiceProvider.GetRequiredService<FeedRecords>().AddAsync(facts, cancellationToken);
        foreach (var one in failed)
        {
            await scope.ServiceProvider.GetRequiredService<DeadFeedEvents>().AddAsync(one, Name, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        foreach (var one in failed)
        {
            meter.Skipped(Name);
            LogSkipped(Logger, Name, one.Sequence, one.Failure);
        }
        return to;
    }

    private FailedEvent Failed(TEvent happened, int attempts, Exception failure) => new(
        SequenceOf(happened), Guid.TryParse(UserIdOf(happened), out var user) ? user : null, happened.ToByteArray(), attempts, failure);

    [LoggerMessage(LogLevel.Warning, "The feed {Name} has events of the type {Type}, which this version does not know: they are skipped")]
    private static partial void LogUnknown(ILogger logger, string name, string type);

    [LoggerMessage(LogLevel.Error, "Event {Sequence} of the feed {Name} could not be handled and is skipped: it is a dead letter")]
    private static partial void LogSkipped(ILogger logger, string name, long sequence, Exception failure);
}
