using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>Acts on a user: the role, the wallet and a block of top-ups.</summary>
internal static class UserActsApi
{
    private const long MaxAmountCents = 99_999_999;
    private const int MaxFreezeIdLength = 255;

    public static void MapUserActs(this RouteGroupBuilder operators)
    {
        operators.MapPut("/users/{uid}/role", SetRoleAsync).AsAct().RequireRole(Role.Admin).Produces<ActResponse>();
        operators.MapPost("/users/{uid}/credits", CreditAsync).AsAct().RequireRole(Role.Admin)
            .Produces<BalanceResponse>().Produces<ApprovalResponse>(StatusCodes.Status202Accepted);
        operators.MapPost("/users/{uid}/freeze", FreezeAsync).AsAct().Produces<FreezeResponse>();
        operators.MapPost("/users/{uid}/thaw", ThawAsync).AsAct().Produces<FreezeResponse>();
        operators.MapPost("/users/{uid}/lift-topup-block", LiftTopupBlockAsync).AsAct().RequireRole(Role.Admin)
            .Produces<TopupBlockLiftedResponse>();
    }

    private static async Task<IResult> SetRoleAsync(
        string uid, RoleBody body, Operator actor, HttpContext context, RoleChanges roles, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        if (Roles.Parse(body.Role) is not { } role)
        {
            errors.Add(("role", "must be user, support or admin"));
            role = Role.User;
        }
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return OperatorRequests.NotFound();
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.RoleChanged, userId, body);
        return await roles.SetAsync(act, userId, role, cancellationToken) switch
        {
            RoleChange.Done => TypedResults.Ok(new ActResponse(act.ActId)),
            RoleChange.NoAccount => Problems.NotFound("account_not_found", "Account not found"),
            RoleChange.NotAllowed => OperatorExtensions.RoleProblem(Role.Support, Role.Admin)!,
            RoleChange.LastAdmin => Problems.Of(StatusCodes.Status409Conflict, "last_admin", "Last admin",
                "The user is the only admin. Make another user an admin first."),
        };
    }

    private static async Task<IResult> CreditAsync(
        string uid, CreditBody body, Operator actor, HttpContext context, Approvals approvals, WalletService.WalletServiceClient wallet,
        CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        CheckCredit(body, errors);
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return OperatorRequests.NotFound();
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var cents = body.AmountCents!.Value;
        var action = cents > 0 ? AuditActions.CreditsGiven : AuditActions.CreditsTaken;
        var act = OperatorRequests.Act(context, actor, action, userId, body) with
        {
            Before = await StateAsync(wallet, uid, cancellationToken),
            After = new { kind = body.Kind, amount_cents = cents, expires_at = body.ExpiresAt },
        };
        var request = new MoneyAct(body.Kind!, uid, AmountCents: cents, ExpiresAt: body.ExpiresAt);
        return await approvals.RunAsync(act, request, Math.Abs(cents), cancellationToken);
    }

    private static void CheckCredit(CreditBody body, List<(string, string)> errors)
    {
        if (body.Kind is not (MoneyAct.Bonus or MoneyAct.Adjustment))
        {
            errors.Add(("kind", "must be bonus or adjustment"));
        }
        if (body.AmountCents is not (>= -MaxAmountCents and <= MaxAmountCents and not 0))
        {
            errors.Add(("amount_cents", $"must be an integer from -{MaxAmountCents} to {MaxAmountCents}, and not 0"));
        }
        else if (body is { AmountCents: < 0, Kind: not MoneyAct.Adjustment })
        {
            errors.Add(("amount_cents", "may be below zero for an adjustment only"));
        }
        else if (body is { AmountCents: < 0, ExpiresAt: not null })
        {
            errors.Add(("expires_at", "must be missing where credits are taken"));
        }
    }

    private static async Task<IResult> FreezeAsync(
        string uid, ActBody body, Operator actor, HttpContext context, OperatorActs acts, WalletService.WalletServiceClient wallet,
        CancellationToken cancellationToken)
    {
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return OperatorRequests.NotFound();
        }
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.WalletFrozen, userId, body) with
        {
            Before = await StateAsync(wallet, uid, cancellationToken),
        };
        var freezeId = MoneyActs.KeyOf(act.ActId);
        return await acts.RunAsync(act with { Target = freezeId }, Role.Support, async cancelled =>
        {
            var state = await wallet.FreezeAsync(new FreezeRequest { UserId = uid, Reference = freezeId }, cancellationToken: cancelled);
            return new ActResult(
                TypedResults.Ok(new FreezeResponse(act.ActId, freezeId, state.Frozen)), new { frozen = state.Frozen });
        }, cancellationToken);
    }

    private static async Task<IResult> ThawAsync(
        string uid, ThawBody body, Operator actor, HttpContext context, OperatorActs acts, WalletService.WalletServiceClient wallet,
        CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        OperatorRequests.CheckReason(body, errors);
        // One of Payments, for a dispute, ends with the dispute.
        if (body.FreezeId is not { Length: <= MaxFreezeIdLength } freezeId || !MoneyActs.IsKey(freezeId))
        {
            errors.Add(("freeze_id", "must be the freeze_id of an operator's freeze"));
            freezeId = "";
        }
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return OperatorRequests.NotFound();
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.WalletThawed, userId, body) with
        {
            Target = freezeId,
            Before = await StateAsync(wallet, uid, cancellationToken),
        };
        return await acts.RunAsync(act, Role.Support, async cancelled =>
        {
            var state = await wallet.UnfreezeAsync(
                new UnfreezeRequest { UserId = uid, Reference = freezeId }, cancellationToken: cancelled);
            return new ActResult(
                TypedResults.Ok(new FreezeResponse(act.ActId, freezeId, state.Frozen)), new { frozen = state.Frozen });
        }, cancellationToken);
    }

    private static async Task<IResult> LiftTopupBlockAsync(
        string uid, ActBody body, Operator actor, HttpContext context, OperatorActs acts, PaymentsService.PaymentsServiceClient payments,
        CancellationToken cancellationToken)
    {
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return OperatorRequests.NotFound();
        }
        if (OperatorRequests.ReasonProblem(body) is { } problem)
        {
            return problem;
        }
        var act = OperatorRequests.Act(context, actor, AuditActions.TopupBlockLifted, userId, body);
        return await acts.RunAsync(act, Role.Admin, async cancelled =>
        {
            var answer = await payments.LiftTopupBlockAsync(
                new LiftTopupBlockRequest { UserId = uid, Actor = $"{actor.UserId}" }, cancellationToken: cancelled);
            return new ActResult(TypedResults.Ok(new TopupBlockLiftedResponse(act.ActId, answer.Lifted)), new { lifted = answer.Lifted });
        }, cancellationToken);
    }

    private static async Task<UserWalletResponse> StateAsync(
        WalletService.WalletServiceClient wallet, string uid, CancellationToken cancellationToken) =>
        (await wallet.GetBalanceAsync(new GetBalanceRequest { UserId = uid }, cancellationToken: cancellationToken)).ToResponse();
}
