using Grpc.Core;

namespace ReelBallers.Payments;

/// <summary>What an operator decides about a user.</summary>
internal sealed partial class PaymentsService
{
    public override async Task<V1.LiftTopupBlockResponse> LiftTopupBlock(V1.LiftTopupBlockRequest request, ServerCallContext context)
    {
        if (!Guid.TryParseExact(request.UserId, "D", out var userId) || !IsKey(request.Actor))
        {
            throw Invalid("user_id must be a UUID, and actor 1 to 100 printable ASCII characters.");
        }
        return new V1.LiftTopupBlockResponse { Lifted = await blocks.LiftAsync(userId, request.Actor, context.CancellationToken) };
    }

    public override async Task<V1.ErasePersonResponse> ErasePerson(V1.ErasePersonRequest request, ServerCallContext context)
    {
        if (!Guid.TryParseExact(request.UserId, "D", out var userId) || !IsKey(request.Actor))
        {
            throw Invalid("user_id must be a UUID, and actor 1 to 100 printable ASCII characters.");
        }
        try
        {
            var erased = await erasure.EraseAsync(userId, request.Actor, context.CancellationToken);
            return new V1.ErasePersonResponse
            {
                CustomerDeleted = erased.IsCustomerDeleted,
                Events = erased.Events,
                PendingEvents = erased.PendingEvents,
            };
        }
        catch (StripeUnavailableException outage)
        {
            throw StripeUnavailable(outage);
        }
    }
}
