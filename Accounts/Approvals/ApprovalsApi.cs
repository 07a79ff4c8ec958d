using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Acts that need two people: reading them, and deciding on them.</summary>
internal static class ApprovalsApi
{
    public static void MapApprovals(this RouteGroupBuilder operators)
    {
        operators.MapGet("/approvals", ListAsync).Produces<ApprovalsResponse>();
        operators.MapGet("/approvals/{approval_id}", GetAsync).Produces<ApprovalResponse>();
        operators.MapPost("/approvals/{approval_id}/approve", ApproveAsync).AsAct().RequireRole(Role.Admin).Produces<ApprovalResponse>();
        operators.MapPost("/approvals/{approval_id}/reject", RejectAsync).AsAct().RequireRole(Role.Admin).Produces<ApprovalResponse>();
    }

    private static async Task<IResult> ListAsync(
        AccountsDbContext database, CancellationToken cancellationToken, string? status = null, string? limit = null, string? cursor = null)
    {
        var errors = new List<(string, string)>();
        var state = ApprovalMapping.ParseState(status);
        if (status is not null && state is null)
        {
            errors.Add(("status", "must be pending, approved, done, failed, rejected or expired"));
        }
        if (OperatorRequests.Page(limit, cursor, errors) is not { } page)
        {
            return Problems.Validation([.. errors]);
        }
        var rows = await database.Approvals.AsNoTracking()
            .Where(approval => approval.Number < page.Below && (state == null || approval.State == state))
            .OrderByDescending(approval => approval.Number).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var shown = rows.Take(page.Limit).ToList();
        return TypedResults.Ok(new ApprovalsResponse(
            [.. shown.Select(ApprovalMapping.ToResponse)],
            rows.Count > page.Limit ? OperatorRequests.Cursor(shown[^1].Number) : null));
    }

    private static async Task<IResult> GetAsync(
        [FromRoute(Name = "approval_id")] string approvalId, AccountsDbContext database, CancellationToken cancellationToken) =>
        Guid.TryParseExact(approvalId, "D", out var id)
        && await database.Approvals.AsNoTracking().SingleOrDefaultAsync(row => row.ApprovalId == id, cancellationToken) is { } approval
            ? TypedResults.Ok(approval.ToResponse())
            : NotFound();

    private static async Task<IResult> ApproveAsync(
        [FromRoute(Name = "approval_id")] string approvalId, ActBody body, Operator actor, HttpContext context, Approvals approvals,
        CancellationToken cancellationToken)
    {
        var (decision, id, problem) = Read(approvalId, body, actor, context, AuditActions.ApprovalGiven);
        if (problem is not null)
        {
            return problem;
        }
        var (decided, approval) = await approvals.ApproveAsync(decision!, id, cancellationToken);
        if (decided != Decided.Now)
        {
            return ToProblem(decided);
        }
        var ended = await approvals.CarryOutAsync(approval!, cancellationToken);
        return ended.State == ApprovalState.Failed
            ? Problems.Of(
                StatusCodes.Status409Conflict, "act_rejected", "Act rejected", "It is approved, and a service has decided against it.",
                ("service_code", ended.ErrorCode))
            : TypedResults.Ok(ended.ToResponse());
    }

    private static async Task<IResult> RejectAsync(
        [FromRoute(Name = "approval_id")] string approvalId, ActBody body, Operator actor, HttpContext context, Approvals approvals,
        CancellationToken cancellationToken)
    {
        var (decision, id, problem) = Read(approvalId, body, actor, context, AuditActions.ApprovalRejected);
        if (problem is not null)
        {
            return problem;
        }
        var (decided, approval) = await approvals.RejectAsync(decision!, id, cancellationToken);
        return decided == Decided.Now ? TypedResults.Ok(approval!.ToResponse()) : ToProblem(decided);
    }

    private static (AuditedAct? Decision, Guid ApprovalId, IResult? Problem) Read(
        string approvalId, ActBody body, Operator actor, HttpContext context, string action)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (errors.Count > 0)
        {
            return (null, default, Problems.Validation([.. errors]));
        }
        return Guid.TryParseExact(approvalId, "D", out var id)
            ? (OperatorRequests.Act(context, actor, action, subjectId: null, body), id, null)
            : (null, default, NotFound());
    }

    private static IResult ToProblem(Decided decided) => decided switch
    {
        Decided.NotFound => NotFound(),
        Decided.NotAllowed => OperatorExtensions.RoleProblem(Role.Support, Role.Admin)!,
        Decided.Own => Conflict("own_approval", "You have asked for it. Another admin has to approve it."),
        Decided.Before => Conflict("approval_decided", "Somebody has decided on it before."),
        Decided.TooLate => Conflict("approval_expired", "Nobody has approved it in time. Ask for the act again."),
        Decided.RequesterLeft => Conflict("requester_not_admin", "Who has asked for it is not an admin any more. Ask for the act again."),
        Decided.Now => throw new ArgumentOutOfRangeException(nameof(decided), decided, "Not a problem."),
    };

    private static IResult Conflict(string code, string detail) =>
        Problems.Of(StatusCodes.Status409Conflict, code, "Not approved", detail);

    private static IResult NotFound() => Problems.NotFound("approval_not_found", "Approval not found");
}
