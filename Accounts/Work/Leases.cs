using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Accounts;

/// <summary>Tables of work that replicas share by leases, with the columns <c>due_at</c>, <c>leased_until</c>, <c>attempts</c>.</summary>
internal static class Leases
{
    /// <summary>Leases rows that are due, each as an attempt.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="open">The SQL condition of rows that are still to be worked on; a constant.</param>
    /// <param name="now">The time.</param>
    /// <param name="lease">After which another replica may take a row whose worker has died.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="order">The SQL order in which they are taken; a constant.</param>
    public static async Task<IReadOnlyList<T>> LeaseAsync<T>(
        this DbSet<T> rows, string open, DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken,
        string order = "due_at") where T : class
    {
        var table = rows.EntityType.GetTableName();
        var key = rows.EntityType.FindPrimaryKey()!.Properties.Single().GetColumnName();
        var sql =
            $$"""
            update {{table}} set leased_until = {0}, attempts = attempts + 1
            where {{key}} in (
                select {{key}} from {{table}}
                where {{open}} and due_at <= {1} and (leased_until is null or leased_until <= {1})
                order by {{order}} limit {2} for update skip locked)
            returning *
            """;
        return await rows.FromSqlRaw(sql, now + lease, now, limit).AsNoTracking().ToListAsync(cancellationToken);
    }
}
