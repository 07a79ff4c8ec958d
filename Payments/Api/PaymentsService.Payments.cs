using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Purchases of any user, for operators.</summary>
internal sealed partial class PaymentsService
{
    public override async Task<V1.Payment> FindPayment(V1.FindPaymentRequest request, ServerCallContext context)
    {
        if (!StripeIds.IsId(request.Id))
        {
            throw Invalid("id must be an id of Stripe's.");
        }
        try
        {
            var found = await payments.FindAsync(request.Id, context.CancellationToken);
            return found?.ToPayment()
                ?? throw RpcErrors.Reject(StatusCode.NotFound, V1.PaymentsErrorCodes.PaymentNotFound, "There is no such payment.");
        }
        catch (StripeUnavailableException outage)
        {
            throw RpcErrors.Reject(StatusCode.Unavailable, V1.PaymentsErrorCodes.StripeUnavailable, outage.Message);
        }
    }

    public override async Task<V1.ListPaymentsResponse> ListPayments(V1.ListPaymentsRequest request, ServerCallContext context)
    {
        if (request.Limit is < 0 or > MaxPage || !RowCursor.TryRead(request.Cursor, out var last)
            || !Guid.TryParseExact(request.UserId, "D", out var userId))
        {
            throw Invalid("limit must be 0 to 100, cursor the next_cursor of a page, and user_id a UUID.");
        }
        var limit = request.Limit == 0 ? DefaultPage : request.Limit;
        var found = await payments.OfUserAsync(userId, last, limit + 1, context.CancellationToken);
        var response = new V1.ListPaymentsResponse
        {
            NextCursor = found.Count > limit ? RowCursor.Of(found[limit - 1].CreatedAt, found[limit - 1].Id) : "",
        };
        response.Payments.AddRange(found.Take(limit).Select(checkout => checkout.ToPayment()));
        return response;
    }
}
