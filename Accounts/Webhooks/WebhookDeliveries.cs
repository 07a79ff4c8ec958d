using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>An attempt to be made.</summary>
/// <param name="Delivery">With the attempt counted, under its lease.</param>
/// <param name="Endpoint">Where to.</param>
/// <param name="Event">What.</param>
internal sealed record WebhookAttempt(WebhookDelivery Delivery, WebhookEndpoint Endpoint, WebhookEvent Event);

/// <summary>The queue of deliveries, which any replica works off under leases.</summary>
internal sealed class WebhookDeliveries(AccountsDbContext database, TimeProvider time)
{
    /// <summary>After which another replica makes the attempt of one that has died. Longer than an attempt.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>An endpoint that accepts nothing for so long is disabled.</summary>
    public static readonly TimeSpan LongestFailure = TimeSpan.FromDays(3);

    /// <summary>
    /// Leases deliveries that are due, each as an attempt: of every endpoint as many as it may have at once, so that none waits for
    /// another.
    /// </summary>
    /// <param name="perEndpoint">How many attempts at an endpoint this process makes at once.</param>
    /// <param name="busy">How many it is making.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<WebhookAttempt>> LeaseAsync(
        int perEndpoint, IReadOnlyDictionary<Guid, int> busy, CancellationToken cancellationToken)
    {
        var (now, until, leaseId) = (time.GetUtcNow(), time.GetUtcNow() + Lease, Guid.NewGuid());
        Guid[] ids = [.. busy.Keys];
        int[] counts = [.. busy.Values];
        var leased = await database.WebhookDeliveries.FromSql(
            $"""
            update webhook_deliveries set lease_id = {leaseId}, leased_until = {until}, attempts = attempts + 1
            where delivery_id in (
                select due.delivery_id
                from webhook_endpoints endpoint
                left join unnest({ids}, {counts}) as busy(endpoint_id, attempts) on busy.endpoint_id = endpoint.endpoint_id
                cross join lateral (
                    select delivery.delivery_id from webhook_deliveries delivery
                    where delivery.endpoint_id = endpoint.endpoint_id and delivery.delivered_at is null and delivery.failed_at is null
                        and delivery.due_at <= {now} and (delivery.leased_until is null or delivery.leased_until <= {now})
                    order by delivery.due_at limit greatest({perEndpoint} - coalesce(busy.attempts, 0), 0)
                    for update skip locked) as due
                where endpoint.disabled_at is null and (endpoint.paused_until is null or endpoint.paused_until <= {now}))
            returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
        if (leased.Count == 0)
        {
            return [];
        }
        var (endpointIds, eventIds) = (leased.Select(row => row.EndpointId).Distinct(), leased.Select(row => row.EventId).Distinct());
        var endpoints = await database.WebhookEndpoints.AsNoTracking().Where(row => endpointIds.Contains(row.EndpointId))
            .ToDictionaryAsync(row => row.EndpointId, cancellationToken);
        var events = await database.WebhookEvents.AsNoTracking().Where(row => eventIds.Contains(row.EventId))
            .ToDictionaryAsync(row => row.EventId, cancellationToken);
        // An endpoint may have been deleted meanwhile, with its deliveries.
        return
        [
            .. leased.Where(row => endpoints.ContainsKey(row.EndpointId) && events.ContainsKey(row.EventId))
                .Select(row => new WebhookAttempt(row, endpoints[row.EndpointId], events[row.EventId])),
        ];
    }

    /// <summary>The endpoint has accepted it.</summary>
    public async Task DeliveredAsync(WebhookAttempt attempt, WebhookResult result, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var recorded = await Leased(attempt).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.DeliveredAt, now).SetProperty(it => it.LeaseId, (Guid?)null)
                .SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null).SetProperty(it => it.LastStatus, result.Status)
                .SetProperty(it => it.LastError, (string?)null),
            cancellationToken);
        if (recorded == 1)
        {
            await database.WebhookEndpoints.Where(row => row.EndpointId == attempt.Endpoint.EndpointId && row.FailingSince != null)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.FailingSince, (DateTimeOffset?)null), cancellationToken);
        }
    }

    /// <summary>The attempt has failed: another one follows, or the delivery is given up, and perhaps the endpoint with it.</summary>
    /// <returns>Why the endpoint was disabled; null when it was not.</returns>
    public async Task<WebhookDisabling?> FailedAsync(
        WebhookAttempt attempt, WebhookResult result, TimeSpan? delay, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // First the endpoint, as when it is deleted.
        if (await database.LockWebhookAsync(attempt.Endpoint.EndpointId, cancellationToken) is not { } endpoint
            || await Leased(attempt).SingleOrDefaultAsync(cancellationToken) is not { } delivery)
        {
            return null;
        }
        (delivery.LeaseId, delivery.LeasedUntil) = (null, null);
        (delivery.LastStatus, delivery.LastError) = (result.Status, result.Error);
        endpoint.FailingSince ??= now;
        if (result.RetryAfter > TimeSpan.Zero)
        {
            endpoint.PausedUntil = now + WebhookSchedule.Bounded(result.RetryAfter);
        }
        if (delay is { } pause && !result.IsGone)
        {
            delivery.DueAt = now + pause;
        }
        else
        {
            delivery.FailedAt = now;
        }
        var disabling = endpoint.DisabledAt is not null ? null
            : result.IsGone ? WebhookDisabling.Gone
            : delivery.FailedAt is not null && now - endpoint.FailingSince >= LongestFailure ? WebhookDisabling.Failing
            : (WebhookDisabling?)null;
        if (disabling is not null)
        {
            (endpoint.DisabledAt, endpoint.DisabledBy) = (now, disabling);
        }
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return disabling;
    }

    /// <summary>A delivery is due again, with all its attempts; whatever became of it before.</summary>
    /// <param name="deliveryId">The delivery.</param>
    /// <param name="onlyDead">Whether it must have been given up.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="RpcRejection">There is no such delivery, or its endpoint is disabled.</exception>
    public async Task ResendAsync(Guid deliveryId, bool onlyDead, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var endpointId = await database.WebhookDeliveries.Where(row => row.DeliveryId == deliveryId && (!onlyDead || row.FailedAt != null))
            .Select(row => (Guid?)row.EndpointId).SingleOrDefaultAsync(cancellationToken);
        if (endpointId is null || await database.LockWebhookAsync(endpointId.Value, cancellationToken) is not { } endpoint)
        {
            throw RpcErrors.Reject(
                StatusCode.NotFound, onlyDead ? "delivery_not_dead" : "delivery_not_found",
                onlyDead ? "No delivery with this id was given up." : "There is no delivery with this id.");
        }
        if (endpoint.DisabledAt is not null)
        {
            throw RpcErrors.Reject(StatusCode.FailedPrecondition, "webhook_disabled", "Enable the endpoint first.");
        }
        var now = time.GetUtcNow();
        await database.WebhookDeliveries.Where(row => row.DeliveryId == deliveryId).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.DeliveredAt, (DateTimeOffset?)null).SetProperty(it => it.FailedAt, (DateTimeOffset?)null)
                .SetProperty(it => it.LeaseId, (Guid?)null).SetProperty(it => it.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(it => it.Attempts, 0).SetProperty(it => it.DueAt, now),
            cancellationToken);
        await database.NotifyAsync(WorkListener.Webhook, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // Only the attempt that still has the lease may end it.
    private IQueryable<WebhookDelivery> Leased(WebhookAttempt attempt) => database.WebhookDeliveries.Where(row =>
        row.DeliveryId == attempt.Delivery.DeliveryId && row.LeaseId == attempt.Delivery.LeaseId
        && row.DeliveredAt == null && row.FailedAt == null);
}

internal static class WebhookLocks
{
    /// <summary>The endpoint under a lock until the end of the transaction; null when there is none.</summary>
    public static Task<WebhookEndpoint?> LockWebhookAsync(
        this AccountsDbContext database, Guid endpointId, CancellationToken cancellationToken) =>
        database.WebhookEndpoints.FromSql($"select * from webhook_endpoints where endpoint_id = {endpointId} for update")
            .SingleOrDefaultAsync(cancellationToken);
}
