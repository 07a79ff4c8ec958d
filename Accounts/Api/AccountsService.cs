using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>The gRPC service, which other services call.</summary>
internal sealed class AccountsService(
    AccountReader accounts, AccountDeletions deletions, WalletJoins joins, RoleChanges roles, OperatorActs acts, AuditCheck audit,
    ErrorRate errorRate)
    : V1.AccountsService.AccountsServiceBase
{
    public override async Task<V1.GetAccountResponse> GetAccount(V1.GetAccountRequest request, ServerCallContext context) =>
        (await accounts.FindAsync(AccountsMapping.Id("user_id", request.UserId), context.CancellationToken)
            ?? throw AccountsMapping.AccountNotFound()).ToMessage();

    public override async Task<V1.SetRoleResponse> SetRole(V1.SetRoleRequest request, ServerCallContext context)
    {
        var (actorId, userId) = (AccountsMapping.Id("actor_id", request.ActorId), AccountsMapping.Id("user_id", request.UserId));
        var (role, reason) = (AccountsMapping.Role(request.Role), AccountsMapping.Reason(request.Reason));
        var act = new AuditedAct(AuditActions.RoleChanged, actorId, userId, reason);
        return (await roles.SetAsync(act, userId, role, context.CancellationToken)).ToMessage();
    }

    public override async Task<V1.ListOperatorsResponse> ListOperators(V1.ListOperatorsRequest request, ServerCallContext context) =>
        (await accounts.ListOperatorsAsync(context.CancellationToken)).ToMessage(
            await deletions.ListWithSessionsAsync(context.CancellationToken),
            await joins.ListWithSessionsAsync(context.CancellationToken));

    public override async Task<V1.ConfirmSessionsEndedResponse> ConfirmSessionsEnded(
        V1.ConfirmSessionsEndedRequest request, ServerCallContext context)
    {
        var userId = AccountsMapping.Id("user_id", request.UserId);
        await deletions.SessionsEndedAsync(userId, context.CancellationToken);
        await joins.SessionsEndedAsync(userId, context.CancellationToken);
        return new V1.ConfirmSessionsEndedResponse();
    }

    public override async Task<V1.BeginActResponse> BeginAct(V1.BeginActRequest request, ServerCallContext context)
    {
        var required = AccountsMapping.Role(request.Role);
        var actual = await acts.BeginAsync(request.ToAct(), required, context.CancellationToken);
        return actual >= required
            ? new V1.BeginActResponse { Ended = await acts.HasEndedAsync(Guid.Parse(request.ActId), context.CancellationToken) }
            : throw RpcErrors.Reject(
                StatusCode.PermissionDenied, V1.AccountsErrorCodes.PermissionDenied, "The actor's role does not allow it.");
    }

    public override async Task<V1.EndActResponse> EndAct(V1.EndActRequest request, ServerCallContext context) =>
        await acts.TryEndAsync(AccountsMapping.Id("act_id", request.ActId), context.CancellationToken)
            ? new V1.EndActResponse()
            : throw RpcErrors.Reject(StatusCode.NotFound, V1.AccountsErrorCodes.ActNotFound, "The act was not begun.");

    public override async Task<V1.CheckAuditLogResponse> CheckAuditLog(V1.CheckAuditLogRequest request, ServerCallContext context) =>
        (await audit.CheckAsync(
            AccountsMapping.Sequence("after_sequence", request.AfterSequence), known: null, context.CancellationToken)).ToMessage();

    public override async Task<V1.ReportTrafficResponse> ReportTraffic(V1.ReportTrafficRequest request, ServerCallContext context)
    {
        await errorRate.AddAsync(request.ToTraffic(), context.CancellationToken);
        return new V1.ReportTrafficResponse();
    }
}
