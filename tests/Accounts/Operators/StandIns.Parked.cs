using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

// What was set aside, disputes and blocks: as much of the contract of Payments as operators use.
internal sealed partial class PaymentsStandIn
{
    /// <summary>The bank takes no evidence for it any more.</summary>
    public const string DecidedDispute = "dp_decided";

    public override Task<ListParkedItemsResponse> ListParkedItems(ListParkedItemsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListParkedItemsResponse
        {
            Items =
            {
                request.Cursor == "next"
                    ? new ParkedItem
                    {
                        Kind = ParkedItemKind.WalletCommand,
                        Id = "018f6b1e-0000-7000-8000-000000000004:3",
                        Reason = "gave_up",
                        ParkedAt = DateTime.UnixEpoch.ToTimestamp(),
                    }
                    : new ParkedItem
                    {
                        Kind = ParkedItemKind.Session,
                        Id = StandIns.ParkedSession,
                        Reason = "missing_at_stripe",
                        Detail = "No such session.",
                        Attempts = 3,
                        ParkedAt = DateTime.UnixEpoch.ToTimestamp(),
                    },
            },
            NextCursor = request.Cursor.Length == 0 && request.Limit == 1 ? "next" : "",
        });

    public override Task<RetryParkedItemResponse> RetryParkedItem(RetryParkedItemRequest request, ServerCallContext context)
    {
        Check(request.Id);
        state.MoneyActs.Enqueue($"retry {request.Kind} {request.Id}");
        return Task.FromResult(new RetryParkedItemResponse { Done = request.Kind == ParkedItemKind.WalletCommand });
    }

    public override Task<DismissParkedItemResponse> DismissParkedItem(DismissParkedItemRequest request, ServerCallContext context)
    {
        Check(request.Id);
        state.MoneyActs.Enqueue($"dismiss {request.Kind} {request.Id}");
        return Task.FromResult(new DismissParkedItemResponse());
    }

    public override Task<SubmitDisputeEvidenceResponse> SubmitDisputeEvidence(
        SubmitDisputeEvidenceRequest request, ServerCallContext context)
    {
        RequireDeadlineOfStripe(context);
        if (!state.OwnersOfPayments.ContainsKey(request.DisputeId))
        {
            throw RpcErrors.Reject(StatusCode.NotFound, PaymentsErrorCodes.DisputeNotFound, "No payment of ours has this dispute.");
        }
        if (request.DisputeId == DecidedDispute && !request.Preview)
        {
            throw RpcErrors.Reject(StatusCode.FailedPrecondition, PaymentsErrorCodes.StripeRejected, "It takes no evidence.");
        }
        state.MoneyActs.Enqueue($"{(request.Preview ? "look at" : "submit")} {request.DisputeId} {request.Actor} {request.Note}");
        return Task.FromResult(new SubmitDisputeEvidenceResponse
        {
            Status = request.Preview ? "needs_response" : "under_review",
            DueBy = request.Preview ? DateTime.UnixEpoch.ToTimestamp() : null,
            Summary = "Purchase 1.",
            ActivityLog = "job 1: 5 credits",
        });
    }

    public override Task<LiftTopupBlockResponse> LiftTopupBlock(LiftTopupBlockRequest request, ServerCallContext context)
    {
        state.MoneyActs.Enqueue($"lift {request.UserId} {request.Actor}");
        return Task.FromResult(new LiftTopupBlockResponse { Lifted = 2 });
    }

    private static void Check(string id)
    {
        if (id == "cs_none")
        {
            throw RpcErrors.Reject(StatusCode.NotFound, PaymentsErrorCodes.ParkedItemNotFound, "There is no such parked item.");
        }
    }
}
