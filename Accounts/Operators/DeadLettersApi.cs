using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>What is not tried any more: reading it, having it tried again, and taking what is dealt with off the list.</summary>
internal static partial class DeadLettersApi
{
    private const int MaxListed = 100;
    private const int MaxIdLength = 300;

    public static void MapDeadLetters(this RouteGroupBuilder operators)
    {
        operators.MapGet("/dead-letters", ListAsync).Produces<DeadLettersResponse>();
        operators.MapPost("/dead-letters/{queue}/{id}/replay", ReplayAsync).AsAct().Produces<ReplayResponse>();
        operators.MapPost("/dead-letters/{queue}/{id}/dismiss", DismissAsync).AsAct().RequireRole(Role.Admin).Produces<ActResponse>();
    }

    private static async Task<IResult> ListAsync(
        DeadLetters letters, ILogger<DeadLetters> logger, CancellationToken cancellationToken, string? queue = null, string? limit = null,
        string? cursor = null)
    {
        var errors = new List<(string, string)>();
        var size = QueryValues.Limit(limit, MaxListed, MaxListed, errors);
        if (queue is not null && !DeadLetterQueues.All.Contains(queue))
        {
            errors.Add(("queue", $"must be one of {string.Join(", ", DeadLetterQueues.All)}"));
        }
        if (queue is null && cursor is not null)
        {
            errors.Add(("cursor", "needs its queue"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        return queue is null
            ? TypedResults.Ok(await EachAsync(letters, logger, size, cancellationToken))
            : await OneAsync(letters, queue, size, cursor ?? "", cancellationToken);
    }

    private static async Task<IResult> OneAsync(
        DeadLetters letters, string queue, int limit, string cursor, CancellationToken cancellationToken)
    {
        DeadLetterPage? page = null;
        try
        {
            page = await letters.ListAsync(queue, limit, cursor, cancellationToken);
        }
        catch (RpcException rejected) when (rejected.StatusCode == StatusCode.InvalidArgument)
        {
            // It is not a cursor of that queue.
        }
        return page is null
            ? Problems.Validation(("cursor", "must be a next_cursor of that queue"))
            : TypedResults.Ok(new DeadLettersResponse(page.Letters, page.NextCursor, page.NextCursor is null ? [] : [queue], []));
    }

    // Those of Accounts one after the other, since they share a connection to the database.
    private static async Task<DeadLettersResponse> EachAsync(
        DeadLetters letters, ILogger logger, int limit, CancellationToken cancellationToken)
    {
        var pages = new List<(string Queue, DeadLetterPage? Page)>();
        foreach (var queue in DeadLetterQueues.Own)
        {
            pages.Add((queue, await letters.ListAsync(queue, limit, "", cancellationToken)));
        }
        pages.AddRange(await Task.WhenAll(DeadLetterQueues.Others.Select(async queue =>
        {
            try
            {
                return (queue, await letters.ListAsync(queue, limit, "", cancellationToken));
            }
            catch (Exception outage) when (Outages.IsOutage(outage, cancellationToken))
            {
                LogUnavailable(logger, queue, Outages.Reason(outage));
                return (queue, null);
            }
        })));
        return new DeadLettersResponse(
            [.. pages.SelectMany(one => one.Page?.Letters ?? [])], NextCursor: null,
            [.. pages.Where(one => one.Page?.NextCursor is not null).Select(one => one.Queue)],
            [.. pages.Where(one => one.Page is null).Select(one => one.Queue)]);
    }

    private static async Task<IResult> ReplayAsync(
        string queue, string id, ActBody body, Operator actor, HttpContext context, OperatorActs acts, MailOutbox outbox, AlertPosts posts,
        WebhookDeliveries webhooks, DeadFeedEvents feedEvents, PaymentsService.PaymentsServiceClient payments,
        JobsService.JobsServiceClient jobs, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        Func<CancellationToken, Task<bool?>>? replay = queue switch
        {
            DeadLetterQueues.Mails when Guid.TryParseExact(id, "D", out var mailId) => cancelled =>
                LaterAsync(outbox.ReplayAsync(mailId, cancelled)),
            DeadLetterQueues.Webhooks when Guid.TryParseExact(id, "D", out var deliveryId) => cancelled =>
                LaterAsync(webhooks.ResendAsync(deliveryId, onlyDead: true, cancelled)),
            DeadLetterQueues.AlertPosts when Guid.TryParseExact(id, "D", out var postId) => cancelled =>
                LaterAsync(posts.ReplayAsync(postId, cancelled)),
            DeadLetterQueues.FeedEvents when Guid.TryParseExact(id, "D", out var eventId) => async cancelled =>
                await feedEvents.ReplayAsync(eventId, cancelled),
            DeadLetterQueues.PaymentEvents => async cancelled =>
                (await payments.ReplayEventAsync(new ReplayEventRequest { EventId = id }, cancellationToken: cancelled)).Done,
            DeadLetterQueues.Parked when ParkedIds.TryRead(id, out var kind, out var parkedId) => async cancelled =>
                (await payments.RetryParkedItemAsync(
                    new RetryParkedItemRequest { Kind = kind, Id = parkedId }, cancellationToken: cancelled)).Done,
            DeadLetterQueues.JobSteps when id.Contains(':', StringComparison.Ordinal) => cancelled =>
                LaterAsync(jobs.ReplayIntentAsync(StepOf(id), cancellationToken: cancelled).ResponseAsync),
            DeadLetterQueues.AccessGrants when Guid.TryParseExact(id, "D", out _) => cancelled =>
                LaterAsync(payments.ReplayGrantAsync(new ReplayGrantRequest { GrantId = id }, cancellationToken: cancelled).ResponseAsync),
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
            var done = await replay(cancelled);
            return new ActResult(TypedResults.Ok(new ReplayResponse(act.ActId, done)), done is null ? null : new { done });
        }, cancellationToken);
    }

    private static async Task<IResult> DismissAsync(
        string queue, string id, ActBody body, Operator actor, HttpContext context, OperatorActs acts,
        PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        if (queue != DeadLetterQueues.Parked || id.Length > MaxIdLength || !ParkedIds.TryRead(id, out var kind, out var parkedId))
        {
            return OperatorRequests.NotFound();
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.DeadLetterDismissed, subjectId: null, body) with
        {
            Target = $"{queue}/{id}",
        };
        return await acts.RunAsync(act, Role.Admin, async cancelled =>
        {
            var request = new DismissParkedItemRequest { Kind = kind, Id = parkedId };
            await payments.DismissParkedItemAsync(request, cancellationToken: cancelled);
            return new ActResult(TypedResults.Ok(new ActResponse(act.ActId)), new { dismissed = true });
        }, cancellationToken);
    }

    private static async Task<bool?> LaterAsync(Task replay)
    {
        await replay;
        return null;
    }

    // As DeadLetterResponse.Id writes it.
    private static ReplayIntentRequest StepOf(string id)
    {
        var colon = id.LastIndexOf(':');
        return new ReplayIntentRequest { JobId = id[..colon], Kind = id[(colon + 1)..] };
    }

    [LoggerMessage(LogLevel.Warning, "The dead letters of {Queue} could not be read: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string queue, string reason);
}
