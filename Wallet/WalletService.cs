using Grpc.Core;

namespace ReelBallers.Wallet;

/// <summary>The gRPC door, for the other services.</summary>
internal sealed class WalletService(Ledger ledger) : V1.WalletService.WalletServiceBase
{
    public override async Task<V1.CreditResponse> Credit(V1.CreditRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.CreditResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.PlaceHoldResponse> PlaceHold(V1.PlaceHoldRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.PlaceHoldResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.SettleHoldResponse> SettleHold(V1.SettleHoldRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.SettleHoldResponse
        {
            BalanceCents = outcome.BalanceCents,
            SettledCents = outcome.SettledCents,
            RefundedCents = outcome.RefundedCents,
            Replayed = outcome.Replayed,
        };
    }

    public override async Task<V1.ReleaseHoldResponse> ReleaseHold(V1.ReleaseHoldRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.ReleaseHoldResponse
        {
            BalanceCents = outcome.BalanceCents,
            RefundedCents = outcome.RefundedCents,
            Replayed = outcome.Replayed,
        };
    }

    public override async Task<V1.DebitResponse> Debit(V1.DebitRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.DebitResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.GetBalanceResponse> GetBalance(V1.GetBalanceRequest request, ServerCallContext context)
    {
        var account = await ledger.GetAccountAsync(WalletMapping.UserId(request.UserId), context.CancellationToken);
        return new V1.GetBalanceResponse { BalanceCents = account.BalanceCents, HeldCents = account.HeldCents };
    }

    public override async Task<V1.ListEntriesResponse> ListEntries(V1.ListEntriesRequest request, ServerCallContext context)
    {
        var page = await ledger.GetStatementAsync(
            WalletMapping.UserId(request.UserId), WalletMapping.Cursor(request.Cursor), WalletMapping.PageLength(request.Limit),
            context.CancellationToken);
        return new V1.ListEntriesResponse
        {
            Entries = { page.Entries.Select(transfer => transfer.ToEntry()) },
            NextCursor = page.Next?.ToString() ?? "",
        };
    }

    private async Task<Outcome> ApplyAsync(Command command, ServerCallContext context)
    {
        var outcome = await ledger.ApplyAsync(command, context.CancellationToken);
        return outcome.Code == OutcomeCode.Done ? outcome : throw outcome.ToRpcException();
    }
}
