using Microsoft.EntityFrameworkCore;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What is not tried any more in the queues of Accounts, Payments and Jobs: reading it, and having one tried again.</summary>
internal static class DeadLettersApi
{
    private const int MaxListed = 100;
    private const int MaxIdLength = 255;

    public static void MapDeadLetters(this RouteGroupBuilder operators)
    {
        operators.MapGet("/dead-letters", ListAsync).Produces<DeadLettersResponse>();
        operators.MapPost("/dead-letters/{queue}/{id}/replay", ReplayAsync).AsAct().Produces<ActResponse>();
    }

    private static async Task<IResult> ListAsync(
        AccountsDbContext database, PaymentsService.PaymentsServiceClient payments, JobsService.JobsServiceClient jobs,
        CancellationToken cancellationToken)
    {
        var events = await payments.ListDeadEventsAsync(
            new ListDeadEventsRequest { Limit = MaxListed }, cancellationToken: cancellationToken);
        var steps = await jobs.ListDeadIntentsAsync(
            new ListDeadIntentsRequest { Limit = MaxListed }, cancellationToken: cancellationToken);
        var grants = await payments.ListGrantsAsync(
            new ListGrantsRequest { List = GrantList.Dead, Limit = MaxListed }, cancellationToken: cancellationToken);
        var mails = await database.Mails.AsNoTracking().Where(mail => mail.FailedAt != null).OrderBy(mail => mail.FailedAt)
            .Take(MaxListed).ToListAsync(cancellationToken);
        var deliveries = await database.WebhookDeliveries.AsNoTracking().Where(row => row.FailedAt != null)
            .Join(database.WebhookEvents, row => row.EventId, row => row.EventId, (delivery, happened) => new { delivery, happened.Type })
            .OrderBy(row => row.delivery.FailedAt).Take(MaxListed).ToListAsync(cancellationToken);
        var posts = await database.AlertPosts.AsNoTracking().Where(post => post.FailedAt != null).OrderBy(post => post.FailedAt)
            .Take(MaxListed).ToListAsync(cancellationToken);
        return TypedResults.Ok(new DeadLettersResponse(
            [
                .. mails.Select(mail => mail.ToDeadLetter()), .. posts.Select(post => post.ToDeadLetter()),
                .. events.Events.Select(row => row.ToDeadLetter()), .. steps.Intents.Select(row => row.ToDeadLetter()),
                .. grants.Grants.Select(row => row.ToDeadLetter()), .. deliveries.Select(row => row.delivery.ToDeadLetter(row.Type)),
            ]));
    }

    private static async Task<IResult> ReplayAsync(
        string queue, string id, ActBody body, Operator actor, HttpContext context, OperatorActs acts, MailOutbox outbox, AlertPosts posts,
        WebhookDeliveries webhooks, PaymentsService.PaymentsServiceClient payments, JobsService.JobsServiceClient jobs,
        CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        Func<CancellationToken, Task>? replay = queue switch
        {
            DeadLetterQueues.Mails when Guid.TryParseExact(id, "D", out var mailId) => cancelled => outbox.ReplayAsync(mailId, cancelled),
            DeadLetterQueues.Webhooks when Guid.TryParseExact(id, "D", out var deliveryId) => cancelled =>
                webhooks.ResendAsync(deliveryId, onlyDead: true, cancelled),
            DeadLetterQueues.AlertPosts when Guid.TryParseExact(id, "D", out var postId) => cancelled =>
                posts.ReplayAsync(postId, cancelled),
            DeadLetterQueues.PaymentEvents => cancelled =>
                payments.ReplayEventAsync(new ReplayEventRequest { EventId = id }, cancellationToken: cancelled).ResponseAsync,
            DeadLetterQueues.JobSteps when id.Contains(':', StringComparison.Ordinal) => cancelled =>
                jobs.ReplayIntentAsync(StepOf(id), cancellationToken: cancelled).ResponseAsync,
            DeadLetterQueues.AccessGrants when Guid.TryParseExact(id, "D", out _) => cancelled =>
                payments.ReplayGrantAsync(new ReplayGrantRequest { GrantId = id }, cancellationToken: cancelled).ResponseAsync,
            _ => null,
        };
        if (replay is null || id.Length > MaxIdLength)
        {
            return OperatorRequests.NotFound();
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.DeadLetterReplayed, subjectId: null, body) with
        {
            Target = $"{queue}/{id}",
        };
        return await acts.RunAsync(act, Role.Support, async cancelled =>
        {
            await replay(cancelled);
            return new ActResult(TypedResults.Ok(new ActResponse(act.ActId)), Effect: null);
        }, cancellationToken);
    }

    // As DeadLetterResponse.Id writes it.
    private static ReplayIntentRequest StepOf(string id)
    {
        var colon = id.LastIndexOf(':');
        return new ReplayIntentRequest { JobId = id[..colon], Kind = id[(colon + 1)..] };
    }
}
