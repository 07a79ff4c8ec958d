using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>Stores events for the endpoints that get them.</summary>
internal sealed class WebhookEvents(AccountsDbContext database, TimeProvider time)
{
    /// <summary>
    /// Adds the events in the caller's transaction, with a delivery to each enabled endpoint of their type. One that is stored already is
    /// not delivered again.
    /// </summary>
    public async Task AddAsync(IReadOnlyList<WebhookNews> news, CancellationToken cancellationToken)
    {
        if (news.Count == 0)
        {
            return;
        }
        var now = time.GetUtcNow();
        Guid[] ids = [.. news.Select(one => one.EventId)];
        string[] types = [.. news.Select(one => one.Type)], bodies = [.. news.Select(one => one.ToBody())];
        // An endpoint that is being deleted is waited for, and left out.
        var added = await database.Database.ExecuteSqlAsync(
            $"""
            with endpoint as (
                select endpoint_id, events from webhook_endpoints where disabled_at is null for key share),
            stored as (
                insert into webhook_events (event_id, type, body, created_at)
                select event_id, type, body, {now} from unnest({ids}, {types}, {bodies}) as news(event_id, type, body)
                where exists (select from endpoint where news.type = any(endpoint.events))
                on conflict do nothing
                returning event_id, type)
            insert into webhook_deliveries (delivery_id, endpoint_id, event_id, created_at, due_at, attempts)
            select gen_random_uuid(), endpoint.endpoint_id, stored.event_id, {now}, {now}, 0
            from stored join endpoint on stored.type = any(endpoint.events)
            """, cancellationToken);
        if (added > 0)
        {
            await database.NotifyAsync(WorkListener.Webhook, cancellationToken);
        }
    }
}
