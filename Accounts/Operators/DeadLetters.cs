using Microsoft.EntityFrameworkCore;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Dead letters of one queue, the oldest first.</summary>
/// <param name="Letters">The page.</param>
/// <param name="NextCursor">What the next one begins after; null on the last one.</param>
internal sealed record DeadLetterPage(IReadOnlyList<DeadLetterResponse> Letters, string? NextCursor);

/// <summary>Reads what is not tried any more in the queues of Accounts, Payments and Jobs.</summary>
internal sealed class DeadLetters(
    AccountsDbContext database, PaymentsService.PaymentsServiceClient payments, JobsService.JobsServiceClient jobs)
{
    /// <summary>A page of a queue.</summary>
    /// <param name="queue">One of <see cref="DeadLetterQueues"/>.</param>
    /// <param name="limit">From 1 to 100.</param>
    /// <param name="cursor">Of the page before; empty for the oldest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when it is not a cursor of that queue.</returns>
    /// <exception cref="Grpc.Core.RpcException">
    /// The service does not answer; <c>InvalidArgument</c>: it is not a cursor of that queue.
    /// </exception>
    public Task<DeadLetterPage?> ListAsync(string queue, int limit, string cursor, CancellationToken cancellationToken) => queue switch
    {
        DeadLetterQueues.Mails => OwnAsync(MailsAsync, limit, cursor, cancellationToken),
        DeadLetterQueues.AlertPosts => OwnAsync(PostsAsync, limit, cursor, cancellationToken),
        DeadLetterQueues.Webhooks => OwnAsync(DeliveriesAsync, limit, cursor, cancellationToken),
        DeadLetterQueues.FeedEvents => OwnAsync(FeedEventsAsync, limit, cursor, cancellationToken),
        DeadLetterQueues.PaymentEvents => EventsAsync(limit, cursor, cancellationToken),
        DeadLetterQueues.AccessGrants => GrantsAsync(limit, cursor, cancellationToken),
        DeadLetterQueues.Parked => ParkedAsync(limit, cursor, cancellationToken),
        DeadLetterQueues.JobSteps => StepsAsync(limit, cursor, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(queue), queue, "is not a queue"),
    };

    private async Task<DeadLetterPage?> EventsAsync(int limit, string cursor, CancellationToken cancellationToken)
    {
        var request = new ListDeadEventsRequest { Limit = limit, Cursor = cursor };
        var page = await payments.ListDeadEventsAsync(request, cancellationToken: cancellationToken);
        return Page(page.Events.Select(OperatorMapping.ToDeadLetter), page.NextCursor);
    }

    private async Task<DeadLetterPage?> GrantsAsync(int limit, string cursor, CancellationToken cancellationToken)
    {
        var request = new ListGrantsRequest { List = GrantList.Dead, Limit = limit, Cursor = cursor };
        var page = await payments.ListGrantsAsync(request, cancellationToken: cancellationToken);
        return Page(page.Grants.Select(OperatorMapping.ToDeadLetter), page.NextCursor);
    }

    private async Task<DeadLetterPage?> ParkedAsync(int limit, string cursor, CancellationToken cancellationToken)
    {
        var request = new ListParkedItemsRequest { Limit = limit, Cursor = cursor };
        var page = await payments.ListParkedItemsAsync(request, cancellationToken: cancellationToken);
        return Page(page.Items.Select(OperatorMapping.ToDeadLetter), page.NextCursor);
    }

    private async Task<DeadLetterPage?> StepsAsync(int limit, string cursor, CancellationToken cancellationToken)
    {
        var request = new ListDeadIntentsRequest { Limit = limit, Cursor = cursor };
        var page = await jobs.ListDeadIntentsAsync(request, cancellationToken: cancellationToken);
        return Page(page.Intents.Select(OperatorMapping.ToDeadLetter), page.NextCursor);
    }

    private static DeadLetterPage Page(IEnumerable<DeadLetterResponse> letters, string nextCursor) =>
        new([.. letters], OperatorMapping.NullIfEmpty(nextCursor));

    private async Task<List<DeadLetterResponse>> MailsAsync(
        DateTimeOffset? at, Guid id, int count, CancellationToken cancellationToken) =>
        [.. (await database.Mails.AsNoTracking()
            .Where(row => row.FailedAt != null
                && EF.Functions.GreaterThan(ValueTuple.Create(row.FailedAt, row.MailId), ValueTuple.Create(at, id)))
            .OrderBy(row => row.FailedAt).ThenBy(row => row.MailId).Take(count).ToListAsync(cancellationToken))
            .Select(OperatorMapping.ToDeadLetter)];

    private async Task<List<DeadLetterResponse>> PostsAsync(
        DateTimeOffset? at, Guid id, int count, CancellationToken cancellationToken) =>
        [.. (await database.AlertPosts.AsNoTracking()
            .Where(row => row.FailedAt != null
                && EF.Functions.GreaterThan(ValueTuple.Create(row.FailedAt, row.PostId), ValueTuple.Create(at, id)))
            .OrderBy(row => row.FailedAt).ThenBy(row => row.PostId).Take(count).ToListAsync(cancellationToken))
            .Select(OperatorMapping.ToDeadLetter)];

    private async Task<List<DeadLetterResponse>> FeedEventsAsync(
        DateTimeOffset? at, Guid id, int count, CancellationToken cancellationToken) =>
        [.. (await database.DeadFeedEvents.AsNoTracking()
            .Where(row => EF.Functions.GreaterThan(
                ValueTuple.Create(row.FailedAt, row.EventId), ValueTuple.Create(at!.Value, id)))
            .OrderBy(row => row.FailedAt).ThenBy(row => row.EventId).Take(count).ToListAsync(cancellationToken))
            .Select(OperatorMapping.ToDeadLetter)];

    private async Task<List<DeadLetterResponse>> DeliveriesAsync(
        DateTimeOffset? at, Guid id, int count, CancellationToken cancellationToken) =>
        [.. (await database.WebhookDeliveries.AsNoTracking()
            .Where(row => row.FailedAt != null
                && EF.Functions.GreaterThan(ValueTuple.Create(row.FailedAt, row.DeliveryId), ValueTuple.Create(at, id)))
            .Join(database.WebhookEvents, row => row.EventId, row => row.EventId, (delivery, happened) => new { delivery, happened.Type })
            .OrderBy(row => row.delivery.FailedAt).ThenBy(row => row.delivery.DeliveryId).Take(count).ToListAsync(cancellationToken))
            .Select(row => row.delivery.ToDeadLetter(row.Type))];

    private static async Task<DeadLetterPage?> OwnAsync(
        Func<DateTimeOffset?, Guid, int, CancellationToken, Task<List<DeadLetterResponse>>> readAsync, int limit, string cursor,
        CancellationToken cancellationToken)
    {
        if (!RowCursor.TryRead(cursor, out var after))
        {
            return null;
        }
        var letters = await readAsync(
            after?.At ?? DateTimeOffset.MinValue, after?.Id ?? Guid.Empty, limit + 1, cancellationToken);
        if (letters.Count <= limit)
        {
            return new DeadLetterPage(letters, NextCursor: null);
        }
        var last = letters[limit - 1];
        return new DeadLetterPage(letters[..limit], RowCursor.Of(last.Since!.Value, Guid.Parse(last.Id)));
    }
}
