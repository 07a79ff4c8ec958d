using Grpc.Core;

namespace ReelBallers.Wallet;

// Joining wallets, and calls that follow to the joined one.
internal sealed partial class WalletService
{
    public override async Task<V1.JoinWalletsResponse> JoinWallets(V1.JoinWalletsRequest request, ServerCallContext context)
    {
        var command = request.ToCommand();
        var outcome = await calls.JoinAsync(command, context.CancellationToken);
        if (outcome.Code != OutcomeCode.Done)
        {
            throw outcome.ToRpcException();
        }
        var joins = await shards.Of(command.UserId).Ledger.FindJoinsAsync(command.UserId, context.CancellationToken);
        var join = joins.Find(command.UserId)
            ?? throw new InvalidOperationException($"The wallet of {command.UserId} was joined and has no row about it.");
        return new V1.JoinWalletsResponse
        {
            IntoUserId = join.IntoUserId.ToString(),
            BalanceCents = outcome.BalanceCents,
            MovedCents = join.MovedCents,
            MovedReceivableCents = join.OwedCents,
            Replayed = outcome.Replayed,
        };
    }

    private async Task<bool> IsFrozenAsync(Guid userId, ServerCallContext context)
    {
        var ledger = shards.Of(userId).Ledger;
        if (!(await ledger.GetAccountAsync(userId, context.CancellationToken)).IsFrozen)
        {
            return false;
        }
        var end = (await ledger.FindJoinsAsync(userId, context.CancellationToken)).EndOf(userId);
        return end == userId || (await ledger.GetAccountAsync(end, context.CancellationToken)).IsFrozen;
    }
}
