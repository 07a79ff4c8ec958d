using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The endpoints of other systems: making, changing and watching them. For admins: their URLs may be secrets.</summary>
internal static class WebhooksApi
{
    private const string EventsProblem =
        "must be one or more of payment.credited, payment.refunded, job.completed, job.failed, wallet.low_balance, each once";

    public static void MapWebhooks(this RouteGroupBuilder operators)
    {
        var webhooks = operators.MapGroup("/webhooks").RequireRole(Role.Admin);
        webhooks.MapGet("", ListAsync).Produces<WebhooksResponse>();
        // The secret is made again for a repeated request, and not kept in its response.
        webhooks.MapPost("", CreateAsync).AsAct(isRenewed: true).Produces<WebhookSecretResponse>();
        webhooks.MapPut("/{webhookId}", ChangeAsync).AsAct().Produces<ActResponse>();
        webhooks.MapPost("/{webhookId}/rotate-secret", RotateSecretAsync).AsAct(isRenewed: true).Produces<WebhookSecretResponse>();
        webhooks.MapPost("/{webhookId}/delete", DeleteAsync).AsAct().Produces<ActResponse>();
        webhooks.MapGet("/{webhookId}/deliveries", ListDeliveriesAsync).Produces<WebhookDeliveriesResponse>();
        webhooks.MapPost("/{webhookId}/deliveries/{deliveryId}/resend", ResendAsync).AsAct().Produces<ActResponse>();
    }

    private static async Task<IResult> ListAsync(AccountsDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        var (endpoints, now) = (
            await database.WebhookEndpoints.AsNoTracking().OrderBy(row => row.CreatedAt).ThenBy(row => row.EndpointId)
                .ToListAsync(cancellationToken),
            time.GetUtcNow());
        return TypedResults.Ok(new WebhooksResponse([.. endpoints.Select(row => row.ToResponse(now))]));
    }

    private static async Task<IResult> CreateAsync(
        NewWebhookBody body, Operator actor, HttpContext context, WebhookActs webhooks, WebhookUrls urls, WebhookSecrets secrets,
        AccountsDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        var (url, events) = (urls.Normalize(body.Url), ReadEvents(body.Events));
        AddUnless(url is not null, "url", WebhookUrls.Problem, errors);
        AddUnless(events is not null, "events", EventsProblem, errors);
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.WebhookCreated, subjectId: null, body);
        var outcome = await webhooks.CreateAsync(act, url!, events!, cancellationToken);
        return outcome == WebhookAct.Done
            ? await SecretAsync(act, act.ActId, secrets, database, time, cancellationToken) : Reject(outcome);
    }

    private static async Task<IResult> ChangeAsync(
        string webhookId, WebhookChangeBody body, Operator actor, HttpContext context, WebhookActs webhooks, WebhookUrls urls,
        CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        var (url, events) = (urls.Normalize(body.Url), ReadEvents(body.Events));
        AddUnless(url is not null || body.Url is null, "url", WebhookUrls.Problem, errors);
        AddUnless(events is not null || body.Events is null, "events", EventsProblem, errors);
        AddUnless(
            body.Url is not null || body.Events is not null || body.Enabled is not null, "enabled", "is required without url and events",
            errors);
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.WebhookChanged, subjectId: null, body);
        return TryRead(webhookId, out var id)
            ? Respond(act, await webhooks.ChangeAsync(act, id, url, events, body.Enabled, cancellationToken))
            : NotFound();
    }

    private static async Task<IResult> RotateSecretAsync(
        string webhookId, ActBody body, Operator actor, HttpContext context, WebhookActs webhooks, WebhookSecrets secrets,
        AccountsDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        if (!TryRead(webhookId, out var id))
        {
            return NotFound();
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.WebhookSecretRotated, subjectId: null, body);
        var outcome = await webhooks.RotateSecretAsync(act, id, cancellationToken);
        return outcome == WebhookAct.Done ? await SecretAsync(act, id, secrets, database, time, cancellationToken) : Reject(outcome);
    }

    private static async Task<IResult> DeleteAsync(
        string webhookId, ActBody body, Operator actor, HttpContext context, WebhookActs webhooks, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.WebhookDeleted, subjectId: null, body);
        return TryRead(webhookId, out var id) ? Respond(act, await webhooks.DeleteAsync(act, id, cancellationToken)) : NotFound();
    }

    private static async Task<IResult> ListDeliveriesAsync(
        string webhookId, AccountsDbContext database, CancellationToken cancellationToken, string? status = null, string? limit = null,
        string? cursor = null)
    {
        var errors = new List<(string, string)>();
        var wanted = WebhookDeliveryStatuses.Parse(status);
        AddUnless(status is null || wanted is not null, "status", "must be pending, delivered or failed", errors);
        if (OperatorRequests.Page(limit, cursor, errors) is not { } page)
        {
            return Problems.Validation([.. errors]);
        }
        if (!TryRead(webhookId, out var id) || !await database.WebhookEndpoints.AnyAsync(row => row.EndpointId == id, cancellationToken))
        {
            return NotFound();
        }
        var rows = await database.WebhookDeliveries.AsNoTracking().With(wanted)
            .Where(row => row.EndpointId == id && row.Number < page.Below).OrderByDescending(row => row.Number).Take(page.Limit + 1)
            .Join(database.WebhookEvents, row => row.EventId, row => row.EventId, (delivery, happened) => new { delivery, happened.Type })
            .OrderByDescending(row => row.delivery.Number).ToListAsync(cancellationToken);
        var shown = rows.Take(page.Limit).ToList();
        return TypedResults.Ok(new WebhookDeliveriesResponse(
            [.. shown.Select(row => row.delivery.ToResponse(row.Type))],
            rows.Count > page.Limit ? OperatorRequests.Cursor(shown[^1].delivery.Number) : null));
    }

    private static async Task<IResult> ResendAsync(
        string webhookId, string deliveryId, ActBody body, Operator actor, HttpContext context, OperatorActs acts,
        WebhookDeliveries deliveries, AccountsDbContext database, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        if (!TryRead(webhookId, out var endpoint) || !TryRead(deliveryId, out var delivery)
            || !await database.WebhookDeliveries.AnyAsync(
                row => row.DeliveryId == delivery && row.EndpointId == endpoint, cancellationToken))
        {
            return Problems.NotFound("delivery_not_found", "Delivery not found");
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.WebhookResent, subjectId: null, body) with { Target = $"{delivery}" };
        return await acts.RunAsync(act, Role.Admin, async cancelled =>
        {
            await deliveries.ResendAsync(delivery, onlyDead: false, cancelled);
            return new ActResult(TypedResults.Ok(new ActResponse(act.ActId)), Effect: null);
        }, cancellationToken);
    }

    private static async Task<IResult> SecretAsync(
        AuditedAct act, Guid endpointId, WebhookSecrets secrets, AccountsDbContext database, TimeProvider time,
        CancellationToken cancellationToken) =>
        await database.WebhookEndpoints.AsNoTracking().SingleOrDefaultAsync(row => row.EndpointId == endpointId, cancellationToken)
            is { } endpoint
            ? TypedResults.Ok(new WebhookSecretResponse(act.ActId, endpoint.ToResponse(time.GetUtcNow()), secrets.TextOf(act.ActId)))
            : NotFound();

    private static IResult Respond(AuditedAct act, WebhookAct outcome) =>
        outcome == WebhookAct.Done ? TypedResults.Ok(new ActResponse(act.ActId)) : Reject(outcome);

    private static IResult Reject(WebhookAct outcome) => outcome switch
    {
        WebhookAct.TooMany => Problems.Of(
            StatusCodes.Status409Conflict, "webhook_limit_reached", "Too many webhooks",
            $"There are {WebhookEndpoint.MaxEndpoints} webhooks. Delete one first."),
        WebhookAct.NotAllowed => OperatorExtensions.RoleProblem(Role.Support, Role.Admin)!,
        _ => NotFound(),
    };

    private static IResult NotFound() => Problems.NotFound("webhook_not_found", "Webhook not found");

    private static bool TryRead(string text, out Guid id) => Guid.TryParseExact(text, "D", out id);

    private static string[]? ReadEvents(string?[]? events) =>
        events is { Length: > 0 } && events.All(WebhookTypes.All.Contains) && events.Distinct().Count() == events.Length
            ? [.. events.OfType<string>()] : null;

    private static void AddUnless(bool isValid, string field, string problem, List<(string, string)> errors)
    {
        if (!isValid)
        {
            errors.Add((field, problem));
        }
    }
}
