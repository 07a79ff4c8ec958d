using System.Collections.Concurrent;
using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

/// <summary>What the stand-ins of Payments and Jobs say, and what they were asked.</summary>
public sealed class StandIns
{
    /// <summary>A refund of this payment is rejected.</summary>
    public const string SpentPayment = "pi_spent";

    public ConcurrentQueue<RefundPaymentRequest> Refunds { get; } = [];

    public ConcurrentQueue<string> Replayed { get; } = [];

    public ConcurrentDictionary<string, string> OwnersOfJobs { get; } = [];
}

internal sealed class PaymentsStandIn(StandIns state) : PaymentsService.PaymentsServiceBase
{
    public override Task<RefundPaymentResponse> RefundPayment(RefundPaymentRequest request, ServerCallContext context)
    {
        if (request.PaymentIntentId == StandIns.SpentPayment)
        {
            throw RpcErrors.Reject(StatusCode.FailedPrecondition, PaymentsErrorCodes.CreditsSpent, "The credits are spent.");
        }
        state.Refunds.Enqueue(request);
        return Task.FromResult(new RefundPaymentResponse { RefundId = "re_1", AmountCents = 300, RefundedCents = 300 });
    }

    public override Task<ListDeadEventsResponse> ListDeadEvents(ListDeadEventsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListDeadEventsResponse
        {
            Events = { new DeadEvent { EventId = "evt_1", Type = "charge.refunded", Outcome = "gave_up", Attempts = 9 } },
        });

    public override Task<ReplayEventResponse> ReplayEvent(ReplayEventRequest request, ServerCallContext context)
    {
        state.Replayed.Enqueue(request.EventId);
        return Task.FromResult(new ReplayEventResponse { Done = true });
    }
}

internal sealed class JobsStandIn(StandIns state) : JobsService.JobsServiceBase
{
    public const string DeadJob = "018f6b1e-7a2c-7d3e-9f10-2b3c4d5e6f70";

    public override Task<GetReceiptResponse> GetReceipt(GetReceiptRequest request, ServerCallContext context) =>
        state.OwnersOfJobs.TryGetValue(request.JobId, out var owner)
            ? Task.FromResult(new GetReceiptResponse { JobId = request.JobId, UserId = owner })
            : throw RpcErrors.Reject(StatusCode.NotFound, JobsErrorCodes.JobNotFound, "There is no such job.");

    public override Task<ListDeadIntentsResponse> ListDeadIntents(ListDeadIntentsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListDeadIntentsResponse
        {
            Intents = { new DeadIntent { JobId = DeadJob, UserId = $"{Guid.NewGuid()}", Kind = "end_hold", Error = "hold_expired" } },
        });

    public override Task<ReplayIntentResponse> ReplayIntent(ReplayIntentRequest request, ServerCallContext context)
    {
        state.Replayed.Enqueue($"{request.JobId} {request.Kind}");
        return Task.FromResult(new ReplayIntentResponse());
    }
}
