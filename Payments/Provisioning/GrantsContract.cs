using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace ReelBallers.Payments;

/// <summary>Answer of GET /api/grants.</summary>
internal sealed record GrantsResponse(IReadOnlyList<GrantResponse> Grants, string? NextCursor);

/// <summary>Access that a purchase gives; null as <c>access_until</c>: it does not end, or was not given.</summary>
internal sealed record GrantResponse(
    Guid GrantId, string? SessionId, string? Pack, string Name, string AccessUsername, string Status, DateTimeOffset? AccessUntil,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>The same, as part of a top-up.</summary>
internal sealed record TopupGrantResponse(Guid GrantId, string Name, string Status, DateTimeOffset? AccessUntil);

/// <summary>Access that a pack gives; null as <c>duration_days</c>: for ever.</summary>
internal sealed record PackGrantResponse(string Name, int? DurationDays);

/// <summary>Mapping of grants to REST and gRPC.</summary>
internal static class GrantsMapping
{
    public static GrantResponse ToResponse(this ShownGrant shown, DateTimeOffset now) => new(
        shown.Grant.Id, shown.SessionId, shown.PackId, shown.Grant.Name, shown.Grant.AccessUsername, StatusOf(shown.Grant, now),
        UntilOf(shown.Grant), shown.Grant.CreatedAt, shown.Grant.UpdatedAt);

    public static TopupGrantResponse ToTopupResponse(this AccessGrant grant, DateTimeOffset now) =>
        new(grant.Id, grant.Name, StatusOf(grant, now), UntilOf(grant));

    public static V1.Grant ToMessage(this ShownGrant shown, WantedAccess wanted) => new()
    {
        GrantId = shown.Grant.Id.ToString(),
        UserId = shown.Grant.UserId.ToString(),
        SessionId = shown.SessionId ?? "",
        PackId = shown.PackId ?? "",
        Product = shown.Grant.Product,
        Name = shown.Grant.Name,
        AccessUsername = shown.Grant.AccessUsername,
        State = shown.Grant.State.ToMessage(),
        AccessUntil = UntilOf(shown.Grant)?.ToTimestamp(),
        Attempts = shown.Grant.Attempts,
        Error = shown.Grant.Error ?? "",
        CreatedAt = shown.Grant.CreatedAt.ToTimestamp(),
        UpdatedAt = shown.Grant.UpdatedAt.ToTimestamp(),
        Wanted = wanted.IsWanted,
        WantedUntil = wanted.Until?.ToTimestamp(),
    };

    // As the user sees it: who takes it back is not the user's business.
    private static string StatusOf(AccessGrant grant, DateTimeOffset now) => grant.State switch
    {
        GrantState.Granted when grant.AccessUntil <= now => "expired",
        GrantState.ManualRevoke or GrantState.RevokeFailed => "revoking",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(grant.State.ToString()),
    };

    private static DateTimeOffset? UntilOf(AccessGrant grant) => grant.State == GrantState.Granted ? grant.AccessUntil : null;

    private static V1.GrantState ToMessage(this GrantState state) => state switch
    {
        GrantState.Pending => V1.GrantState.Pending,
        GrantState.Granted => V1.GrantState.Granted,
        GrantState.Manual => V1.GrantState.Manual,
        GrantState.Failed => V1.GrantState.Failed,
        GrantState.Revoking => V1.GrantState.Revoking,
        GrantState.ManualRevoke => V1.GrantState.ManualRevoke,
        GrantState.RevokeFailed => V1.GrantState.RevokeFailed,
        GrantState.Revoked => V1.GrantState.Revoked,
        GrantState.Cancelled => V1.GrantState.Cancelled,
    };
}
