using Grpc.Core;

namespace ReelBallers.Payments;

/// <summary>What an operator decides about a user.</summary>
internal sealed partial class PaymentsService
{
    public override async Task<V1.LiftTopupBlockResponse> LiftTopupBlock(V1.LiftTopupBlockRequest request, ServerCallContext context)
    {
        var userId = UserOf(request.UserId, request.Actor);
        return new V1.LiftTopupBlockResponse { Lifted = await blocks.LiftAsync(userId, request.Actor, context.CancellationToken) };
    }

    public override async Task<V1.ErasePersonResponse> ErasePerson(V1.ErasePersonRequest request, ServerCallContext context)
    {
        var userId = UserOf(request.UserId, request.Actor);
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

    /// <summary>The user of a call that an operator signs as the actor.</summary>
    private static Guid UserOf(string userId, string actor) => Guid.TryParseExact(userId, "D", out var id) && IsKey(actor)
        ? id
        : throw Invalid("user_id must be a UUID, and actor 1 to 100 printable ASCII characters.");
}
