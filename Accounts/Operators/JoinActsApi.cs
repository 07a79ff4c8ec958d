using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>Body of <c>POST /api/admin/users/{uid}/join</c>.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Into">The user of the account.</param>
internal sealed record JoinBody(string? Reason = null, string? Into = null) : ActBody(Reason);

/// <summary>Response of <c>POST /api/admin/users/{uid}/join</c>.</summary>
/// <param name="ActId">In the audit log.</param>
/// <param name="JoinId">The join's: a user is joined once, so it is the user's.</param>
/// <param name="Into">The user of the account.</param>
/// <param name="Status"><c>pending</c>, <c>joined</c> or <c>rejected</c>.</param>
/// <param name="AmountCents">What the user had when it was asked for, with what jobs held.</param>
internal sealed record JoinResponse(Guid ActId, Guid JoinId, Guid Into, string Status, long AmountCents);

/// <summary>An act on two users who are one person.</summary>
internal static class JoinActsApi
{
    public static void MapJoinActs(this RouteGroupBuilder operators) =>
        operators.MapPost("/users/{uid}/join", JoinAsync).AsAct().RequireRole(Role.Admin)
            .Produces<JoinResponse>().Produces<ApprovalResponse>(StatusCodes.Status202Accepted);

    private static async Task<IResult> JoinAsync(
        string uid, JoinBody body, Operator actor, HttpContext context, Approvals approvals, OperatorJoins joins,
        WalletService.WalletServiceClient wallet, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (!UserIdText.TryRead(uid, out var from))
        {
            return OperatorRequests.NotFound();
        }
        if (!UserIdText.TryRead(body.Into ?? "", out var into))
        {
            errors.Add(("into", "must be the uid of an account"));
        }
        else if (into == from)
        {
            errors.Add(("into", "must be another user"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var state = await wallet.GetBalanceAsync(
            new GetBalanceRequest { UserId = from.ToString() }, cancellationToken: cancellationToken);
        var act = OperatorRequests.Act(context, actor, AuditActions.UserJoined, from, body) with
        {
            Target = into.ToString(),
            Before = state.ToResponse(),
            After = new { into },
        };
        var cents = await joins.MeasureAsync(from, into, state, cancellationToken);
        var request = new MoneyAct(MoneyAct.Join, from.ToString(), AmountCents: cents, Into: into.ToString());
        return await approvals.RunAsync(act, request, cents, cancellationToken);
    }
}
