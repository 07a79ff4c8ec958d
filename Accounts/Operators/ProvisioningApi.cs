using Microsoft.AspNetCore.Mvc;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Access to outside systems that purchases give: how it stands, and what is to be done by hand.</summary>
internal static class ProvisioningApi
{
    public static void MapProvisioning(this RouteGroupBuilder operators)
    {
        operators.MapGet("/provisioning/health", HealthAsync).Produces<ProvisioningHealthResponse>();
        operators.MapGet("/provisioning/tasks", TasksAsync).Produces<ProvisioningTasksResponse>();
        operators.MapPost("/provisioning/tasks/{grant_id}/complete", CompleteAsync).AsAct().Produces<ActResponse>();
        operators.MapGet("/users/{uid}/grants", OfUserAsync).Produces<UserGrantsResponse>();
    }

    private static async Task<IResult> HealthAsync(
        PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken) => TypedResults.Ok(
        (await payments.GetProvisioningHealthAsync(new GetProvisioningHealthRequest(), cancellationToken: cancellationToken)).ToResponse());

    private static async Task<IResult> TasksAsync(
        PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken, string? limit = null, string? cursor = null)
    {
        var (page, problem) = await PageAsync(payments, new ListGrantsRequest { List = GrantList.Tasks }, limit, cursor, cancellationToken);
        return problem ?? TypedResults.Ok(new ProvisioningTasksResponse(
            [.. page!.Grants.Select(grant => grant.ToTask())], OperatorMapping.NullIfEmpty(page.NextCursor)));
    }

    private static async Task<IResult> OfUserAsync(
        string uid, PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken,
        string? limit = null, string? cursor = null)
    {
        if (!UserIdText.TryRead(uid, out _))
        {
            return OperatorRequests.NotFound();
        }
        var (page, problem) = await PageAsync(
            payments, new ListGrantsRequest { List = GrantList.User, UserId = uid }, limit, cursor, cancellationToken);
        return problem ?? TypedResults.Ok(new UserGrantsResponse(
            [.. page!.Grants.Select(OperatorMapping.ToResponse)], OperatorMapping.NullIfEmpty(page.NextCursor)));
    }

    private static async Task<IResult> CompleteAsync(
        [FromRoute(Name = "grant_id")] string grantId, ActBody body, Operator actor, HttpContext context, OperatorActs acts,
        PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken)
    {
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        if (!Guid.TryParseExact(grantId, "D", out _))
        {
            return OperatorRequests.NotFound();
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.GrantCompleted, subjectId: null, body) with { Target = grantId };
        var request = new CompleteGrantRequest
        {
            GrantId = grantId,
            IdempotencyKey = act.ActId.ToString(),
            Actor = actor.UserId.ToString(),
        };
        return await acts.RunAsync(act, Role.Support, async cancelled =>
        {
            var completed = await payments.CompleteGrantAsync(request, cancellationToken: cancelled);
            return new ActResult(TypedResults.Ok(new ActResponse(act.ActId)), new { uid = completed.UserId });
        }, cancellationToken);
    }

    private static Task<(ListGrantsResponse? Page, IResult? Problem)> PageAsync(
        PaymentsService.PaymentsServiceClient payments, ListGrantsRequest request, string? limit, string? cursor,
        CancellationToken cancellationToken) =>
        OperatorRequests.PageOfAsync(limit, cursor, async (size, after) =>
        {
            (request.Limit, request.Cursor) = (size, after);
            return await payments.ListGrantsAsync(request, cancellationToken: cancellationToken);
        });
}
