using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The gRPC door, for the other services.</summary>
internal sealed class PaymentsService(Checkouts checkouts) : V1.PaymentsService.PaymentsServiceBase
{
    public override async Task<V1.GetCheckoutResponse> GetCheckout(V1.GetCheckoutRequest request, ServerCallContext context)
    {
        if (!Guid.TryParseExact(request.UserId, "D", out var userId) || request.SessionId.Length == 0)
        {
            throw RpcErrors.Refuse(StatusCode.InvalidArgument, "invalid_argument", "user_id must be a UUID and session_id must be given.");
        }
        var checkout = await checkouts.FindAsync(userId, request.SessionId, context.CancellationToken)
            ?? throw RpcErrors.Refuse(StatusCode.NotFound, "checkout_not_found", "This user has no such checkout.");
        return checkout.ToMessage();
    }
}
