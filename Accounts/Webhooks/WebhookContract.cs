namespace ReelBallers.Accounts;

/// <summary>Body of <c>POST /api/admin/webhooks</c>.</summary>
/// <param name="Reason">Why; for the audit log.</param>
/// <param name="Url">Where events are posted to.</param>
/// <param name="Events">The types of events.</param>
internal sealed record NewWebhookBody(string? Reason = null, string? Url = null, string?[]? Events = null) : ActBody(Reason);

/// <summary>Body of <c>PUT /api/admin/webhooks/{webhook_id}</c>; what is missing or null stays.</summary>
/// <param name="Reason">Why; for the audit log.</param>
/// <param name="Url">Where events are posted to.</param>
/// <param name="Events">The types of events.</param>
/// <param name="Enabled">Whether it gets events.</param>
internal sealed record WebhookChangeBody(
    string? Reason = null, string? Url = null, string?[]? Events = null, bool? Enabled = null) : ActBody(Reason);

/// <summary>Response of <c>GET /api/admin/webhooks</c>.</summary>
internal sealed record WebhooksResponse(IReadOnlyList<WebhookResponse> Webhooks);

/// <summary>An endpoint, never with its secret.</summary>
/// <param name="WebhookId">The endpoint.</param>
/// <param name="Url">Where events are posted to.</param>
/// <param name="Events">The types of events.</param>
/// <param name="Enabled">Whether it gets events.</param>
/// <param name="DisabledReason"><c>operator</c>, <c>gone</c> or <c>failing</c>; null while it is enabled.</param>
/// <param name="DisabledAt">Since when; null while it is enabled.</param>
/// <param name="FailingSince">The first failure since the last success; null after a success.</param>
/// <param name="PreviousSecretUntil">Until when the secret before signs as well; null when none does.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record WebhookResponse(
    Guid WebhookId, string Url, IReadOnlyList<string> Events, bool Enabled, string? DisabledReason, DateTimeOffset? DisabledAt,
    DateTimeOffset? FailingSince, DateTimeOffset? PreviousSecretUntil, DateTimeOffset CreatedAt);

/// <summary>Response of the acts that make a secret: the only ones that show it.</summary>
internal sealed record WebhookSecretResponse(Guid ActId, WebhookResponse Webhook, string Secret);

/// <summary>Response of <c>GET /api/admin/webhooks/{webhook_id}/deliveries</c>.</summary>
internal sealed record WebhookDeliveriesResponse(IReadOnlyList<WebhookDeliveryResponse> Deliveries, string? NextCursor);

/// <summary>A delivery.</summary>
/// <param name="DeliveryId">The delivery.</param>
/// <param name="EventId">The header <c>webhook-id</c>.</param>
/// <param name="Type">The event's type.</param>
/// <param name="Status"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="Attempts">How often it was tried since it was last sent.</param>
/// <param name="LastStatus">The HTTP status of the last attempt; null without an answer.</param>
/// <param name="LastError">Why the last attempt failed.</param>
/// <param name="CreatedAt">When the event was stored.</param>
/// <param name="NextAttemptAt">When it is tried next; null when it has ended.</param>
/// <param name="EndedAt">When it was accepted or given up; null before.</param>
internal sealed record WebhookDeliveryResponse(
    Guid DeliveryId, Guid EventId, string Type, string Status, int Attempts, int? LastStatus, string? LastError, DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt, DateTimeOffset? EndedAt);

/// <summary>Maps endpoints and deliveries to responses.</summary>
internal static class WebhookMapping
{
    public static WebhookResponse ToResponse(this WebhookEndpoint endpoint, DateTimeOffset now) => new(
        endpoint.EndpointId, endpoint.Url, endpoint.Events, endpoint.DisabledAt is null, endpoint.DisabledBy?.ToText(), endpoint.DisabledAt,
        endpoint.FailingSince, endpoint.PreviousSecretUntil > now ? endpoint.PreviousSecretUntil : null, endpoint.CreatedAt);

    public static WebhookDeliveryResponse ToResponse(this WebhookDelivery delivery, string type) => new(
        delivery.DeliveryId, delivery.EventId, type, delivery.Status.ToText(), delivery.Attempts, delivery.LastStatus, delivery.LastError,
        delivery.CreatedAt, delivery.Status == WebhookDeliveryStatus.Pending ? delivery.DueAt : null,
        delivery.DeliveredAt ?? delivery.FailedAt);

    public static DeadLetterResponse ToDeadLetter(this WebhookDelivery delivery, string type) => new(
        DeadLetterQueues.Webhooks, delivery.DeliveryId.ToString(), type, Uid: null, delivery.LastError, delivery.Attempts,
        delivery.FailedAt);
}
