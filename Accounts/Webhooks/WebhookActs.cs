using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What became of an operator's act on an endpoint.</summary>
internal enum WebhookAct
{
    /// <summary>It is done, now or by an attempt before.</summary>
    Done,

    /// <summary>There is no such endpoint.</summary>
    NotFound,

    /// <summary>There are <see cref="WebhookEndpoint.MaxEndpoints"/> already.</summary>
    TooMany,

    /// <summary>The actor is not an admin any more.</summary>
    NotAllowed,
}

/// <summary>
/// What operators do with endpoints: in one transaction with the entry in the audit log, which has no more of a URL than its origin.
/// </summary>
internal sealed class WebhookActs(AccountsDbContext database, OperatorActs acts, AuditLog audit, TimeProvider time)
{
    /// <summary>How long a secret signs after it was replaced.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    /// <summary>Adds an endpoint, whose id and secret's id are the act's.</summary>
    public async Task<WebhookAct> CreateAsync(AuditedAct act, string url, string[] events, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await acts.LockRoleAsync(act.ActorId, cancellationToken) < Role.Admin)
        {
            return WebhookAct.NotAllowed;
        }
        // Two at once would both be the last one that is allowed.
        await database.LockTextAsync("webhooks", "", cancellationToken);
        if (await acts.HasEndedAsync(act.ActId, cancellationToken))
        {
            return await database.WebhookEndpoints.AnyAsync(row => row.EndpointId == act.ActId, cancellationToken)
                ? WebhookAct.Done : WebhookAct.NotFound;
        }
        if (await database.WebhookEndpoints.CountAsync(cancellationToken) >= WebhookEndpoint.MaxEndpoints)
        {
            return WebhookAct.TooMany;
        }
        var endpoint = new WebhookEndpoint
        {
            EndpointId = act.ActId,
            Url = url,
            Events = events,
            CreatedAt = time.GetUtcNow(),
            SecretId = act.ActId,
        };
        database.WebhookEndpoints.Add(endpoint);
        await database.SaveChangesAsync(cancellationToken);
        await audit.AddAsync(act with { Target = $"{endpoint.EndpointId}", After = Summary(endpoint) }, AuditState.Done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return WebhookAct.Done;
    }

    /// <summary>Changes what is not null. One that is enabled begins as if it had never failed; what waits for it is due.</summary>
    public Task<WebhookAct> ChangeAsync(
        AuditedAct act, Guid endpointId, string? url, string[]? events, bool? enabled, CancellationToken cancellationToken) =>
        RunAsync(act, endpointId, async endpoint =>
        {
            endpoint.Url = url ?? endpoint.Url;
            endpoint.Events = events ?? endpoint.Events;
            if (enabled is false && endpoint.DisabledAt is null)
            {
                (endpoint.DisabledAt, endpoint.DisabledBy) = (time.GetUtcNow(), WebhookDisabling.Operator);
            }
            if (enabled is true)
            {
                (endpoint.DisabledAt, endpoint.DisabledBy) = (null, null);
                (endpoint.FailingSince, endpoint.PausedUntil) = (null, null);
                await database.NotifyAsync(WorkListener.Webhook, cancellationToken);
            }
            return endpoint;
        }, cancellationToken);

    /// <summary>Replaces the secret by one whose id is the act's. The one before signs as well for <see cref="Overlap"/>.</summary>
    public Task<WebhookAct> RotateSecretAsync(AuditedAct act, Guid endpointId, CancellationToken cancellationToken) =>
        RunAsync(act, endpointId, endpoint =>
        {
            (endpoint.PreviousSecretId, endpoint.PreviousSecretUntil) = (endpoint.SecretId, time.GetUtcNow() + Overlap);
            endpoint.SecretId = act.ActId;
            return Task.FromResult<WebhookEndpoint?>(endpoint);
        }, cancellationToken);

    /// <summary>Removes an endpoint with its deliveries.</summary>
    public Task<WebhookAct> DeleteAsync(AuditedAct act, Guid endpointId, CancellationToken cancellationToken) =>
        RunAsync(act, endpointId, endpoint =>
        {
            database.WebhookEndpoints.Remove(endpoint);
            return Task.FromResult<WebhookEndpoint?>(null);
        }, cancellationToken);

    // The change gives what is left of the endpoint.
    private async Task<WebhookAct> RunAsync(
        AuditedAct act, Guid endpointId, Func<WebhookEndpoint, Task<WebhookEndpoint?>> change, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await acts.LockRoleAsync(act.ActorId, cancellationToken) < Role.Admin)
        {
            return WebhookAct.NotAllowed;
        }
        var endpoint = await database.LockWebhookAsync(endpointId, cancellationToken);
        if (await acts.HasEndedAsync(act.ActId, cancellationToken))
        {
            return WebhookAct.Done;
        }
        if (endpoint is null)
        {
            return WebhookAct.NotFound;
        }
        var before = Summary(endpoint);
        var left = await change(endpoint);
        await database.SaveChangesAsync(cancellationToken);
        var recorded = act with { Target = $"{endpointId}", Before = before, After = left is null ? null : Summary(left) };
        await audit.AddAsync(recorded, AuditState.Done, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return WebhookAct.Done;
    }

    // A path or a query may be a secret of the other system, and the log is kept for ever.
    private static object Summary(WebhookEndpoint endpoint) => new
    {
        origin = new Uri(endpoint.Url).GetLeftPart(UriPartial.Authority),
        endpoint.Events,
        enabled = endpoint.DisabledAt is null,
    };
}
