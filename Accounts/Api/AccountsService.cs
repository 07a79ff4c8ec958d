using Grpc.Core;

namespace ReelBallers.Accounts;

/// <summary>The gRPC service, which other services call.</summary>
internal sealed class AccountsService(AccountReader accounts) : V1.AccountsService.AccountsServiceBase
{
    public override async Task<V1.GetAccountResponse> GetAccount(V1.GetAccountRequest request, ServerCallContext context) =>
        (await accounts.FindAsync(AccountsMapping.Id("user_id", request.UserId), context.CancellationToken)
            ?? throw AccountsMapping.AccountNotFound()).ToMessage();
}
