using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace ReelBallers.Wallet;

/// <summary>The gRPC door, for the other services.</summary>
internal sealed class WalletService(Ledger ledger, BalanceQuery balances, LedgerHistory history, BalanceStreams streams) : V1.WalletService.WalletServiceBase
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
        var state = await balances.GetAsync(
            WalletMapping.UserId(request.UserId), request.At is null ? null : WalletMapping.Time(request.At, "at"), context.CancellationToken);
        return new V1.GetBalanceResponse
        {
            BalanceCents = state.BalanceCents,
            HeldCents = state.HeldCents,
            ReceivableCents = state.ReceivableCents,
            Frozen = state.Frozen,
        };
    }

    public override async Task<V1.GetTotalsResponse> GetTotals(V1.GetTotalsRequest request, ServerCallContext context)
    {
        var totals = await history.GetTotalsAsync(WalletMapping.UserId(request.UserId), request.ToRange(), context.CancellationToken);
        return new V1.GetTotalsResponse
        {
            Totals =
            {
                totals.Select(total => new V1.PeriodTotal
                {
                    PeriodStart = total.PeriodStart.ToTimestamp(),
                    Reason = total.Reason.ToWire(),
                    ChangeCents = total.ChangeCents,
                    EntryCount = total.EntryCount,
                }),
            },
        };
    }

    public override Task WatchBalance(
        V1.WatchBalanceRequest request, IServerStreamWriter<V1.BalanceEvent> responseStream, ServerCallContext context) =>
        streams.StreamAsync(
            WalletMapping.UserId(request.UserId), WalletMapping.LowBalance(request.LowBalanceCents), responseStream, context.CancellationToken);

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
