using Grpc.Core;

namespace ReelBallers.Accounts;

/// <summary>The gRPC service, which other services call.</summary>
internal sealed class AccountsService(AccountReader accounts, RoleChanges roles, AuditCheck audit) : V1.AccountsService.AccountsServiceBase
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
        (await accounts.ListOperatorsAsync(context.CancellationToken)).ToMessage();

    public override async Task<V1.CheckAuditLogResponse> CheckAuditLog(V1.CheckAuditLogRequest request, ServerCallContext context) =>
        (await audit.CheckAsync(
            AccountsMapping.Sequence("after_sequence", request.AfterSequence), context.CancellationToken)).ToMessage();
}
