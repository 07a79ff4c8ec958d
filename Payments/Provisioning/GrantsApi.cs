using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>The REST API: a user's grants.</summary>
internal static class GrantsApi
{
    public static void MapGrants(this IEndpointRouteBuilder routes) => routes.MapGet("/api/grants", ListAsync).RequireCaller()
        .Produces<GrantsResponse>();

    private static async Task<IResult> ListAsync(
        Caller caller, GrantLists grants, TimeProvider time, CancellationToken cancellationToken, string? limit = null,
        string? cursor = null)
    {
        var errors = new List<(string, string)>();
        var size = QueryValues.Limit(limit, otherwise: 20, max: 100, errors);
        if (!RowCursor.TryRead(cursor, out var below) || cursor is { Length: 0 })
        {
            errors.Add(("cursor", "must be a next_cursor"));
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var found = await grants.OfUserAsync(caller.UserId, below, size + 1, cancellationToken);
        var now = time.GetUtcNow();
        return Results.Ok(new GrantsResponse(
            [.. found.Take(size).Select(shown => shown.ToResponse(now))],
            found.Count > size ? RowCursor.Of(found[size - 1].Grant.CreatedAt, found[size - 1].Grant.Id) : null));
    }
}
