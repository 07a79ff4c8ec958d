using ReelBallers.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace ReelBallers.Payments;

/// <summary>Grants of access, for operators.</summary>
internal sealed partial class PaymentsService
{
    public override async Task<V1.ListGrantsResponse> ListGrants(V1.ListGrantsRequest request, ServerCallContext context)
    {
        var userId = Guid.Empty;
        if (request.Limit is < 0 or > MaxPage || !RowCursor.TryRead(request.Cursor, out var last)
            || (request.List == V1.GrantList.User && !Guid.TryParseExact(request.UserId, "D", out userId)))
        {
            throw Invalid("limit must be 0 to 100, cursor the next_cursor of a page, and user_id a UUID.");
        }
        var limit = request.Limit == 0 ? DefaultPage : request.Limit;
        var cancelled = context.CancellationToken;
        var found = await (request.List switch
        {
            V1.GrantList.User => grants.OfUserAsync(userId, last, limit + 1, cancelled),
            V1.GrantList.Tasks => grants.TasksAsync(last, limit + 1, cancelled),
            V1.GrantList.Dead => grants.DeadAsync(last, limit + 1, cancelled),
            _ => throw Invalid("list must be one of GrantList."),
        });
        var response = new V1.ListGrantsResponse
        {
            NextCursor = found.Count > limit ? RowCursor.Of(found[limit - 1].Grant.CreatedAt, found[limit - 1].Grant.Id) : "",
        };
        var page = found.Take(limit).ToList();
        var wanted = await grants.WantedAsync([.. page.Select(shown => shown.Grant)], cancelled);
        response.Grants.AddRange(page.Zip(wanted, (shown, access) => shown.ToMessage(access)));
        return response;
    }

    public override async Task<V1.CompleteGrantResponse> CompleteGrant(V1.CompleteGrantRequest request, ServerCallContext context)
    {
        if (!IsKey(request.IdempotencyKey) || !IsKey(request.Actor))
        {
            throw Invalid("idempotency_key and actor must be 1 to 100 printable ASCII characters.");
        }
        var grant = await grantTasks.CompleteAsync(
            GrantOf(request.GrantId), request.IdempotencyKey, request.Actor, context.CancellationToken);
        return new V1.CompleteGrantResponse { UserId = grant.UserId.ToString() };
    }

    public override async Task<V1.ReplayGrantResponse> ReplayGrant(V1.ReplayGrantRequest request, ServerCallContext context)
    {
        await grantTasks.ReplayAsync(GrantOf(request.GrantId), context.CancellationToken);
        return new V1.ReplayGrantResponse();
    }

    public override async Task<V1.GetProvisioningHealthResponse> GetProvisioningHealth(
        V1.GetProvisioningHealthRequest request, ServerCallContext context)
    {
        var health = await grants.HealthAsync(context.CancellationToken);
        var settings = provisioning.Value;
        return new V1.GetProvisioningHealthResponse
        {
            Mode = settings.UsesApi ? ProvisioningOptions.UnofficialApi : ProvisioningOptions.Manual,
            FallbackMode = settings.FallsBack ? ProvisioningOptions.Manual : ProvisioningOptions.None,
            Pending = health.Pending,
            OldestPendingAt = health.OldestPendingAt?.ToTimestamp(),
            WaitingForSession = health.WaitingForSession,
            Tasks = health.Tasks,
            Dead = health.Dead,
            Done = health.Done,
            GivenUp = health.GivenUp,
            LastError = health.LastError ?? "",
            LastErrorAt = health.LastErrorAt?.ToTimestamp(),
        };
    }

    private static Guid GrantOf(string id) => Guid.TryParseExact(id, "D", out var grantId)
        ? grantId
        : throw Invalid("grant_id must be a UUID.");
}
