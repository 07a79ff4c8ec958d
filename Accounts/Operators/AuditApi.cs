using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Reading the audit log, the newest entries first.</summary>
internal static class AuditApi
{
    public static void MapAudit(this RouteGroupBuilder operators)
    {
        operators.MapGet("/audit", ListAsync).Produces<AuditResponse>();
        operators.MapGet("/audit/check", Check).Produces<AuditCheckResponse>();
        operators.MapGet("/users/{uid}/audit", ListOfUserAsync).Produces<AuditResponse>();
    }

    private static IResult Check(AuditWatch watch)
    {
        var (state, age) = (watch.State, watch.Age);
        return TypedResults.Ok(new AuditCheckResponse(
            state.LastSequence, state.LastHash is { } hash ? Convert.ToHexStringLower(hash) : null, state.CheckedAt,
            age is { } time ? (long)time.TotalSeconds : null, state.FirstBroken));
    }

    private static Task<IResult> ListAsync(
        AccountsDbContext database, CancellationToken cancellationToken, string? limit = null, string? cursor = null) =>
        PageAsync(database.AuditEntries, limit, cursor, cancellationToken);

    // What concerns the user, and what the user has done. What concerned an anonymous user concerns the account, whose sign-in with which
    // the user was joined concerns the user.
    private static async Task<IResult> ListOfUserAsync(
        string uid, AccountsDbContext database, WalletJoins joins, CancellationToken cancellationToken, string? limit = null,
        string? cursor = null)
    {
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return OperatorRequests.NotFound();
        }
        Guid[] users = [userId, .. await joins.JoinedIntoAsync(userId, cancellationToken)];
        var account = (await joins.FindAsync(userId, cancellationToken))?.IntoUserId;
        return await PageAsync(
            database.AuditEntries.Where(entry =>
                (entry.SubjectId != null && users.Contains(entry.SubjectId.Value)) || entry.ActorId == userId
                || (account != null && entry.SubjectId == account && entry.Action == AuditActions.SignedIn
                    && entry.After!.Contains($"{userId}"))),
            limit, cursor, cancellationToken);
    }

    private static async Task<IResult> PageAsync(
        IQueryable<AuditEntry> entries, string? limit, string? cursor, CancellationToken cancellationToken)
    {
        var errors = new List<(string, string)>();
        if (OperatorRequests.Page(limit, cursor, errors) is not { } page)
        {
            return Problems.Validation([.. errors]);
        }
        var rows = await entries.AsNoTracking().Where(entry => entry.Sequence < page.Below).OrderByDescending(entry => entry.Sequence)
            .Take(page.Limit + 1).ToListAsync(cancellationToken);
        var shown = rows.Take(page.Limit).ToList();
        return TypedResults.Ok(new AuditResponse(
            [.. shown.Select(OperatorMapping.ToResponse)],
            rows.Count > page.Limit ? OperatorRequests.Cursor(shown[^1].Sequence) : null));
    }
}
