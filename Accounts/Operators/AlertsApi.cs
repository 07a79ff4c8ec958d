using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Reading the alerts: the open ones first, each part with the newest first.</summary>
internal static class AlertsApi
{
    // Above the number of any alert: the positions of open ones are higher than those of the others.
    private const long OpenPosition = 1L << 62;

    public static void MapAlerts(this RouteGroupBuilder operators) => operators.MapGet("/alerts", ListAsync).Produces<AlertsResponse>();

    private static async Task<IResult> ListAsync(
        AccountsDbContext database, CancellationToken cancellationToken, string? status = null, string? limit = null, string? cursor = null)
    {
        var errors = new List<(string, string)>();
        if (status is not (null or "open" or "ended"))
        {
            errors.Add(("status", "must be open or ended"));
        }
        if (OperatorRequests.Page(limit, cursor, errors) is not { } page)
        {
            return Problems.Validation([.. errors]);
        }
        var rows = new List<Alert>();
        if (status != "ended" && page.Below > OpenPosition)
        {
            rows = await TakeAsync(
                database.Alerts.Where(row => row.EndedAt == null && row.Number < page.Below - OpenPosition), page.Limit + 1,
                cancellationToken);
        }
        if (status != "open" && rows.Count <= page.Limit)
        {
            rows.AddRange(await TakeAsync(
                database.Alerts.Where(row => row.EndedAt != null && row.Number < page.Below), page.Limit + 1 - rows.Count,
                cancellationToken));
        }
        var shown = rows.Take(page.Limit).ToList();
        return TypedResults.Ok(new AlertsResponse(
            [.. shown.Select(ToResponse)], rows.Count > page.Limit ? OperatorRequests.Cursor(PositionOf(shown[^1])) : null));
    }

    private static Task<List<Alert>> TakeAsync(IQueryable<Alert> alerts, int count, CancellationToken cancellationToken) =>
        alerts.AsNoTracking().OrderByDescending(row => row.Number).Take(count).ToListAsync(cancellationToken);

    private static long PositionOf(Alert alert) => alert.EndedAt is null ? alert.Number + OpenPosition : alert.Number;

    private static AlertResponse ToResponse(Alert alert) => new(
        alert.Kind, alert.Subject, alert.Text, alert.EndedAt is null ? "open" : "ended", alert.Since, alert.CreatedAt, alert.EndedAt,
        alert.ToldAt);
}
