using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>What was set aside.</summary>
internal sealed partial class PaymentsService
{
    public override async Task<V1.ListParkedItemsResponse> ListParkedItems(
        V1.ListParkedItemsRequest request, ServerCallContext context)
    {
        if (request.Limit is < 0 or > MaxPage || !OperatorCursor.TryRead(request.Cursor, out var after))
        {
            throw Invalid("limit must be 0 to 100, and cursor the next_cursor of a page.");
        }
        var limit = request.Limit == 0 ? DefaultPage : request.Limit;
        var items = await parked.ListAsync(after, limit + 1, context.CancellationToken);
        var response = new V1.ListParkedItemsResponse
        {
            NextCursor = items.Count > limit ? OperatorCursor.Of(items[limit - 1].ParkedAt, items[limit - 1].Id) : "",
        };
        response.Items.AddRange(items.Take(limit).Select(item => item.ToMessage()));
        return response;
    }

    public override async Task<V1.RetryParkedItemResponse> RetryParkedItem(
        V1.RetryParkedItemRequest request, ServerCallContext context)
    {
        var item = await parked.FindAsync(KindOf(request.Kind, request.Id), request.Id, context.CancellationToken) ?? throw NotParked();
        try
        {
            return new V1.RetryParkedItemResponse { Done = await parkedRetries.RetryAsync(item, context.CancellationToken) };
        }
        catch (StripeUnavailableException outage)
        {
            throw StripeUnavailable(outage);
        }
        catch (RpcException outage) when (IsWalletOutage(outage, context))
        {
            throw WalletUnavailable("The item stays parked; call again.");
        }
    }

    public override async Task<V1.DismissParkedItemResponse> DismissParkedItem(
        V1.DismissParkedItemRequest request, ServerCallContext context) =>
        await parked.DismissAsync(KindOf(request.Kind, request.Id), request.Id, context.CancellationToken)
            ? new V1.DismissParkedItemResponse()
            : throw NotParked();

    private static ParkedKind KindOf(V1.ParkedItemKind kind, string id) =>
        kind.ToKind() is { } known && id.Length is > 0 and <= 255 && !id.Contains('\0', StringComparison.Ordinal)
            ? known
            : throw Invalid("kind and id must be those of a parked item.");

    private static RpcException NotParked() =>
        RpcErrors.Reject(StatusCode.NotFound, V1.PaymentsErrorCodes.ParkedItemNotFound, "There is no such parked item.");
}
