using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Payments;

/// <summary>How far each step has come, in the database: after any pause the reconciler starts from there.</summary>
internal sealed class ReconcilerMarks(PaymentsDbContext database)
{
    public Task<ReconcilerMark?> FindAsync(string name, CancellationToken cancellationToken) =>
        database.Marks.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name, cancellationToken);

    /// <summary>The step has compared everything up to then.</summary>
    public Task ReachedAsync(
        string name, DateTimeOffset reachedAt, DateTimeOffset completedAt, bool isDeep, CancellationToken cancellationToken)
    {
        var deepAt = isDeep ? completedAt : (DateTimeOffset?)null;
        return database.Database.ExecuteSqlAsync(
            $"""
            insert into reconciler_marks as m (name, reached_at, completed_at, deep_at)
            values ({name}, {reachedAt}, {completedAt}, {deepAt})
            on conflict (name) do update set reached_at = greatest(m.reached_at, excluded.reached_at),
                completed_at = greatest(m.completed_at, excluded.completed_at), deep_at = coalesce(excluded.deep_at, m.deep_at)
            """, cancellationToken);
    }
}
