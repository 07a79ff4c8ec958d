using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace ReelBallers.Wallet;

/// <summary>The gRPC API, for the other services.</summary>
internal sealed partial class WalletService(Shards shards, ShardedCalls calls, BalanceStreams streams, ChangeStreams changes)
    : V1.WalletService.WalletServiceBase
{
    public override async Task<V1.CreditResponse> Credit(V1.CreditRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.CreditResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.PlaceHoldResponse> PlaceHold(V1.PlaceHoldRequest request, ServerCallContext context)
    {
        var command = request.ToCommand();
        var outcome = await ApplyAsync(command, context);
        return new V1.PlaceHoldResponse
        {
            BalanceCents = outcome.BalanceCents,
            Replayed = outcome.Replayed,
            HoldTransferId = command.TransferId(outcome.HeldSequence),
        };
    }

    public override async Task<V1.SettleHoldResponse> SettleHold(V1.SettleHoldRequest request, ServerCallContext context)
    {
        var command = request.ToCommand();
        var outcome = await ApplyAsync(command, context);
        return new V1.SettleHoldResponse
        {
            BalanceCents = outcome.BalanceCents,
            SettledCents = outcome.SettledCents,
            RefundedCents = outcome.RefundedCents,
            Replayed = outcome.Replayed,
            SettlementTransferId = command.TransferId(outcome.SettledSequence),
            RefundTransferId = command.TransferId(outcome.RefundedSequence),
        };
    }

    public override async Task<V1.ReleaseHoldResponse> ReleaseHold(V1.ReleaseHoldRequest request, ServerCallContext context)
    {
        var command = request.ToCommand();
        var outcome = await ApplyAsync(command, context);
        return new V1.ReleaseHoldResponse
        {
            BalanceCents = outcome.BalanceCents,
            RefundedCents = outcome.RefundedCents,
            Replayed = outcome.Replayed,
            RefundTransferId = command.TransferId(outcome.RefundedSequence),
        };
    }

    public override async Task<V1.DebitResponse> Debit(V1.DebitRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.DebitResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.DeductResponse> Deduct(V1.DeductRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.DeductResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.PostBatchResponse> PostBatch(V1.PostBatchRequest request, ServerCallContext context)
    {
        var (commands, linked) = request.ToCommands();
        var outcomes = await calls.ApplyAsync(commands, linked, context.CancellationToken);
        if (Array.Find(outcomes, outcome => outcome.Code == OutcomeCode.DatabaseUnavailable) is { } unknown)
        {
            throw unknown.ToRpcException();
        }
        if (Array.TrueForAll(outcomes, outcome => outcome.Code is OutcomeCode.Overloaded or OutcomeCode.WalletBusy))
        {
            throw outcomes[0].ToRpcException();
        }
        return new V1.PostBatchResponse { Outcomes = { outcomes.Select(outcome => outcome.ToBatchOutcome()) } };
    }

    public override async Task<V1.ClawBackResponse> ClawBack(V1.ClawBackRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.ClawBackResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.ReinstateResponse> Reinstate(V1.ReinstateRequest request, ServerCallContext context)
    {
        var outcome = await ApplyAsync(request.ToCommand(), context);
        return new V1.ReinstateResponse { BalanceCents = outcome.BalanceCents, Replayed = outcome.Replayed };
    }

    public override async Task<V1.FreezeResponse> Freeze(V1.FreezeRequest request, ServerCallContext context)
    {
        var command = request.ToCommand();
        await ApplyAsync(command, context);
        return new V1.FreezeResponse { Frozen = await IsFrozenAsync(command.UserId, context) };
    }

    public override async Task<V1.UnfreezeResponse> Unfreeze(V1.UnfreezeRequest request, ServerCallContext context)
    {
        var command = request.ToCommand();
        await ApplyAsync(command, context);
        return new V1.UnfreezeResponse { Frozen = await IsFrozenAsync(command.UserId, context) };
    }

    public override async Task<V1.ListLotsResponse> ListLots(V1.ListLotsRequest request, ServerCallContext context)
    {
        var userId = RequestFields.UserId(request.UserId);
        var lots = await shards.Of(userId).Ledger.GetLotsAsync(userId, context.CancellationToken);
        return new V1.ListLotsResponse { Lots = { lots.Spendable.Select(lot => lot.ToLot(userId)) } };
    }

    public override async Task Audit(
        V1.AuditRequest request, IServerStreamWriter<V1.AuditFinding> responseStream, ServerCallContext context)
    {
        Guid? userId = request.UserId.Length == 0 ? null : RequestFields.UserId(request.UserId);
        await foreach (var finding in calls.AuditAsync(userId, context.CancellationToken))
        {
            await responseStream.WriteAsync(
                new V1.AuditFinding
                {
                    UserId = finding.UserId.ToString(),
                    Sequence = finding.Sequence,
                    Code = finding.CodeText(),
                    Detail = finding.Detail
                },
                context.CancellationToken);
        }
    }

    public override async Task<V1.GetBalanceResponse> GetBalance(V1.GetBalanceRequest request, ServerCallContext context)
    {
        var userId = RequestFields.UserId(request.UserId);
        var state = await shards.Of(userId).Balances.GetAsync(
            userId, request.At is null ? null : RequestFields.Time(request.At, "at"), context.CancellationToken);
        return new V1.GetBalanceResponse
        {
            BalanceCents = state.BalanceCents,
            HeldCents = state.HeldCents,
            ReceivableCents = state.ReceivableCents,
            Frozen = state.Frozen,
        };
    }

    public override async Task<V1.GetBalancesResponse> GetBalances(V1.GetBalancesRequest request, ServerCallContext context)
    {
        var userIds = RequestFields.UserIds(request.UserIds);
        var found = await calls.FindAsync(userIds, context.CancellationToken);
        return new V1.GetBalancesResponse
        {
            Balances = { userIds.Select(userId => WalletState.Of(found[userId]).ToBalance(userId)) },
        };
    }

    public override Task WatchChanges(
        V1.WatchChangesRequest request, IServerStreamWriter<V1.ChangedWallets> responseStream, ServerCallContext context) =>
        changes.StreamAsync(responseStream, context.CancellationToken);

    public override async Task<V1.GetTotalsResponse> GetTotals(V1.GetTotalsRequest request, ServerCallContext context)
    {
        var userId = RequestFields.UserId(request.UserId);
        var totals = await shards.Of(userId).History.GetTotalsAsync(userId, request.ToRange(), context.CancellationToken);
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
            RequestFields.UserId(request.UserId), RequestFields.LowBalance(request.LowBalanceCents), responseStream,
            context.CancellationToken);

    public override async Task<V1.ListEntriesResponse> ListEntries(V1.ListEntriesRequest request, ServerCallContext context)
    {
        var userId = RequestFields.UserId(request.UserId);
        var page = await shards.Of(userId).Ledger.GetStatementAsync(
            userId, RequestFields.Cursor(request.Cursor), RequestFields.PageLength(request.Limit),
            context.CancellationToken);
        return new V1.ListEntriesResponse
        {
            Entries = { page.Entries.Select(transfer => transfer.ToEntry()) },
            NextCursor = page.Next?.ToString() ?? "",
        };
    }

    private async Task<Outcome> ApplyAsync(Command command, ServerCallContext context)
    {
        var outcome = await shards.Of(command.UserId).Ledger.ApplyAsync(command, context.CancellationToken);
        return outcome.Code == OutcomeCode.Done ? outcome : throw outcome.ToRpcException();
    }
}
