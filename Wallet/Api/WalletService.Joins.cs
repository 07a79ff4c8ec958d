using Grpc.Core;

namespace ReelBallers.Wallet;

// Closing wallets, and calls that follow to a joined one.
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

    public override async Task<V1.ForfeitCreditsResponse> ForfeitCredits(V1.ForfeitCreditsRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.ForfeitCreditsResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.GetPaymentCreditsResponse> GetPaymentCredits(
        V1.GetPaymentCreditsRequest request, ServerCallContext context)
    {
        var (userId, paymentId) = (RequestFields.UserId(request.UserId), RequestFields.PaymentId(request.StripePaymentId));
        var ledger = shards.Of(userId).Ledger;
        while (true)
        {
            var payment = await ledger.FindPaymentAsync(userId, paymentId, context.CancellationToken);
            var lots = await ledger.GetLotsAsync(userId, context.CancellationToken);
            // Last, since a join before that has moved the lots.
            var end = (await ledger.FindJoinsAsync(userId, context.CancellationToken)).EndOf(userId);
            if (end == userId)
            {
                return payment?.ToResponse(lots) ?? throw new Outcome(OutcomeCode.PaymentNotFound).ToRpcException();
            }
            userId = end;
        }
    }

    // A closed wallet is frozen, and so may the one be that it was joined into.
    private async Task<bool> IsFrozenAsync(Guid userId, ServerCallContext context)
    {
        var ledger = shards.Of(userId).Ledger;
        while ((await ledger.GetAccountAsync(userId, context.CancellationToken)).IsFrozen)
        {
            var end = (await ledger.FindJoinsAsync(userId, context.CancellationToken)).EndOf(userId);
            if (end == userId)
            {
                return true;
            }
            userId = end;
        }
        return false;
    }
}
