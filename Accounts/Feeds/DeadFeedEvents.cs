using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What is made of the messages of a feed.</summary>
internal interface IFeedReader
{
    /// <summary>The feed's name.</summary>
    string Name { get; }

    /// <summary>What is to be stored about an event.</summary>
    /// <param name="message">The event, in protobuf's encoding.</param>
    /// <exception cref="Exception">It cannot be read.</exception>
    FeedFacts FactsOf(byte[] message);
}

/// <summary>The events that could not be handled: storing them, and handling one again.</summary>
internal sealed class DeadFeedEvents(
    AccountsDbContext database, FeedRecords records, IEnumerable<IFeedReader> readers, TimeProvider time)
{
    private const int MaxErrorLength = 1000;

    /// <summary>Adds an event in the caller's transaction, which moves the cursor past it. One that comes again takes its place.</summary>
    public async Task AddAsync(FailedEvent failed, string feed, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.Database.ExecuteSqlAsync(
            $"""
            insert into dead_feed_events (event_id, feed, sequence, user_id, message, error, attempts, failed_at)
            values ({Guid.CreateVersion7(now)}, {feed}, {failed.Sequence}, {failed.UserId}, {failed.Message}, {ErrorOf(failed.Failure)},
                {failed.Attempts}, {now})
            on conflict (feed, sequence) do update set user_id = excluded.user_id, message = excluded.message, error = excluded.error,
                attempts = excluded.attempts, failed_at = excluded.failed_at
            """, cancellationToken);
    }

    /// <summary>Handles an event again, once: what it causes is stored in the transaction that removes it from here.</summary>
    /// <returns>False when it cannot be handled this time either.</returns>
    /// <exception cref="RpcRejection">There is no such event.</exception>
    public async Task<bool> ReplayAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var found = await database.DeadFeedEvents.FromSql($"delete from dead_feed_events where event_id = {id} returning *")
            .AsNoTracking().ToListAsync(cancellationToken);
        if (found.SingleOrDefault() is not { } dead)
        {
            throw RpcErrors.Reject(StatusCode.NotFound, "feed_event_not_dead", "No event with this id was given up.");
        }
        try
        {
            await records.AddAsync(readers.Single(reader => reader.Name == dead.Feed).FactsOf(dead.Message), cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !Outages.IsOutage(failure, cancellationToken))
        {
            await transaction.RollbackAsync(cancellationToken);
            database.ChangeTracker.Clear();
            var error = ErrorOf(failure);
            await database.DeadFeedEvents.Where(row => row.EventId == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Attempts, row => row.Attempts + 1).SetProperty(row => row.Error, error),
                cancellationToken);
            return false;
        }
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static string ErrorOf(Exception failure) => StorableText.Of(Outages.Reason(failure), MaxErrorLength);
}

/// <summary>An event that could not be handled.</summary>
/// <param name="Sequence">Its place in the feed.</param>
/// <param name="UserId">Whom it concerns; null when that cannot be read.</param>
/// <param name="Message">The event, in protobuf's encoding.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Failure">Why.</param>
internal sealed record FailedEvent(long Sequence, Guid? UserId, byte[] Message, int Attempts, Exception Failure);
