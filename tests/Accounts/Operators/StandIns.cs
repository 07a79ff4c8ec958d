using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.Users.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>What the stand-ins of Payments and Jobs say, and what they were asked.</summary>
public sealed class StandIns
{
    /// <summary>A refund of this payment is rejected.</summary>
    public const string SpentPayment = "pi_spent";

    public ConcurrentQueue<RefundPaymentRequest> Refunds { get; } = [];

    public ConcurrentQueue<string> Replayed { get; } = [];

    /// <summary>Completing this grant is rejected.</summary>
    public const string RefundedGrant = "018f6b1e-0000-7000-8000-000000000002";

    /// <summary>A grant that an operator is to give.</summary>
    public const string ManualGrant = "018f6b1e-0000-7000-8000-000000000001";

    public ConcurrentQueue<CompleteGrantRequest> Completed { get; } = [];

    public ConcurrentDictionary<string, string> OwnersOfJobs { get; } = [];

    public ConcurrentDictionary<string, string> OwnersOfPayments { get; } = [];

    /// <summary>What these payments have brought.</summary>
    public ConcurrentDictionary<string, long> PaidCents { get; } = [];

    /// <summary>Cancelling and retrying this job is rejected.</summary>
    public const string EndedJob = "018f6b1e-0000-7000-8000-000000000003";

    /// <summary>Who was joined into which account, once for each of the three services.</summary>
    public ConcurrentQueue<JoinUserRequest> Joined { get; } = [];

    /// <summary>The services that do not answer, such as <c>payments</c>.</summary>
    public ConcurrentDictionary<string, bool> Silent { get; } = [];

    /// <summary>A paid session that could not be credited.</summary>
    public const string ParkedSession = "cs_parked";

    /// <summary>What was set aside: retried, dismissed, and what was asked for disputes and blocks.</summary>
    public ConcurrentQueue<string> MoneyActs { get; } = [];

    /// <summary>What was cancelled and retried: the job, and the operation with the expected price.</summary>
    public ConcurrentQueue<string> JobActs { get; } = [];
}

/// <summary>Fails the calls to a service that is to be silent.</summary>
internal sealed class SilentServices(StandIns state) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        state.Silent.Keys.Any(service => context.Method.StartsWith($"/reelballers.{service}.", StringComparison.Ordinal))
            ? throw new RpcException(new Status(StatusCode.Unavailable, "The service is away."))
            : continuation(request, context);
}

internal sealed class JoinedUsersStandIn(StandIns state) : JoinedUsersService.JoinedUsersServiceBase
{
    public override Task<JoinUserResponse> JoinUser(JoinUserRequest request, ServerCallContext context)
    {
        state.Joined.Enqueue(request);
        return Task.FromResult(new JoinUserResponse());
    }
}

internal sealed partial class PaymentsStandIn(StandIns state) : PaymentsService.PaymentsServiceBase
{
    // What Payments gives the Wallet and Stripe.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(25);

    public override Task<RefundPaymentResponse> RefundPayment(RefundPaymentRequest request, ServerCallContext context)
    {
        RequireDeadlineOfStripe(context);
        if (request.PaymentIntentId == StandIns.SpentPayment)
        {
            throw RpcErrors.Reject(StatusCode.FailedPrecondition, PaymentsErrorCodes.CreditsSpent, "The credits are spent.");
        }
        state.Refunds.Enqueue(request);
        return Task.FromResult(new RefundPaymentResponse { RefundId = "re_1", AmountCents = 300, RefundedCents = 300 });
    }

    private static void RequireDeadlineOfStripe(ServerCallContext context) =>
        Assert.True(
            context.Deadline > TimeProvider.System.GetUtcNow().UtcDateTime + LongestAnswer,
            "The call ends before Stripe may have answered.");

    public override Task<ListGrantsResponse> ListGrants(ListGrantsRequest request, ServerCallContext context)
    {
        if (request.Cursor == "bad")
        {
            throw RpcErrors.Reject(StatusCode.InvalidArgument, PaymentsErrorCodes.InvalidArgument, "cursor");
        }
        var grant = new Grant
        {
            GrantId = StandIns.ManualGrant,
            UserId = request.UserId.Length > 0 ? request.UserId : $"{Guid.NewGuid()}",
            SessionId = "cs_1",
            PackId = "script",
            Product = "PUB;1",
            Name = "The script",
            AccessUsername = "Jo",
            State = request.List == GrantList.Dead ? GrantState.Failed
                : request.Cursor == "lost" ? GrantState.ManualRevoke : GrantState.Manual,
            Attempts = 5,
            Error = "The outside system answered 500.",
            CreatedAt = DateTime.UnixEpoch.ToTimestamp(),
            UpdatedAt = DateTime.UnixEpoch.ToTimestamp(),
            Wanted = request.Cursor != "lost",
            WantedUntil = request.Cursor == "lost" ? null : DateTime.UnixEpoch.AddDays(1).ToTimestamp(),
        };
        return Task.FromResult(new ListGrantsResponse { Grants = { grant }, NextCursor = request.Limit == 1 ? "next" : "" });
    }

    public override Task<CompleteGrantResponse> CompleteGrant(CompleteGrantRequest request, ServerCallContext context)
    {
        if (request.GrantId == StandIns.RefundedGrant)
        {
            throw RpcErrors.Reject(StatusCode.FailedPrecondition, PaymentsErrorCodes.GrantNotManual, "It is no task any more.");
        }
        state.Completed.Enqueue(request);
        return Task.FromResult(new CompleteGrantResponse { UserId = "018f6b1e-0000-7000-8000-0000000000aa" });
    }

    public override Task<ReplayGrantResponse> ReplayGrant(ReplayGrantRequest request, ServerCallContext context)
    {
        state.Replayed.Enqueue(request.GrantId);
        return Task.FromResult(new ReplayGrantResponse());
    }

    public override Task<GetProvisioningHealthResponse> GetProvisioningHealth(
        GetProvisioningHealthRequest request, ServerCallContext context) => Task.FromResult(new GetProvisioningHealthResponse
        {
            Mode = "unofficial-api",
            FallbackMode = "manual",
            Pending = 2,
            OldestPendingAt = DateTime.UnixEpoch.ToTimestamp(),
            Tasks = 1,
            Done = 3,
            GivenUp = 1,
            LastError = "The outside system answered 500.",
            LastErrorAt = DateTime.UnixEpoch.ToTimestamp(),
        });

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

internal sealed partial class JobsStandIn(StandIns state) : JobsService.JobsServiceBase
{
    public const string DeadJob = "018f6b1e-7a2c-7d3e-9f10-2b3c4d5e6f70";

    public override Task<GetReceiptResponse> GetReceipt(GetReceiptRequest request, ServerCallContext context) =>
        state.OwnersOfJobs.TryGetValue(request.JobId, out var owner)
            ? Task.FromResult(new GetReceiptResponse { JobId = request.JobId, UserId = owner, Status = JobStatus.Failed })
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
