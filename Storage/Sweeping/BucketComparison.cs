using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Storage;

/// <summary>What a comparison corrected.</summary>
/// <param name="Orphans">Objects without a live row, removed.</param>
/// <param name="Missing">Completed uploads without an object, marked as removed.</param>
/// <param name="IsAtEnd">Whether the walk has reached the end of the bucket.</param>
internal sealed record ComparisonResult(int Orphans, int Missing, bool IsAtEnd);

/// <summary>
/// Compares bucket and database, page by page, and corrects both: an object that no row knows is removed, a completed upload whose
/// object is gone can no longer be used. Keys that are not ours are left alone. The position is stored, so a walk survives restarts.
/// </summary>
internal sealed class BucketComparison(IDbContextFactory<StorageDbContext> databases, R2Client r2, TimeProvider time)
{
    private const string PositionName = "bucket";
    private const int PageSize = 1000;
    private const int Concurrency = 8;
    private static readonly Guid LastUser = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    // A row comes before its object, and a removed file's last signed link may be used until it ends.
    private static readonly TimeSpan OrphanAge = TimeSpan.FromHours(24);

    /// <summary>Compares the next page.</summary>
    /// <exception cref="StorageUnavailableException">The same page comes again.</exception>
    public async Task<ComparisonResult> ComparePageAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var after = await database.SweepPositions.AsNoTracking().Where(row => row.Name == PositionName).Select(row => row.Key)
            .FirstOrDefaultAsync(cancellationToken) ?? "";
        var page = await r2.ListAsync(after, PageSize, cancellationToken);
        var orphans = await RemoveOrphansAsync(database, page.Objects, cancellationToken);
        var end = page.IsLast ? null : page.Objects[^1].Key;
        var missing = await MarkMissingAsync(database, after, end, page.Objects, cancellationToken);
        var position = end ?? "";
        await database.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO sweep_positions (name, key) VALUES ({PositionName}, {position})
            ON CONFLICT (name) DO UPDATE SET key = excluded.key
            """, cancellationToken);
        return new ComparisonResult(orphans, missing, page.IsLast);
    }

    private async Task<int> RemoveOrphansAsync(
        StorageDbContext database, IReadOnlyList<R2Listed> objects, CancellationToken cancellationToken)
    {
        var files = objects.Select(listed => (Object: listed, Key: ObjectKeys.Parse(listed.Key))).Where(file => file.Key is not null)
            .ToList();
        var userIds = files.Select(file => file.Key!.UserId).Distinct().ToList();
        var ids = files.Select(file => file.Key!.Id).Distinct().ToList();
        var uploads = (await database.Uploads.AsNoTracking()
                .Where(row => userIds.Contains(row.UserId) && ids.Contains(row.UploadId) && row.RemovedAt == null)
                .Select(row => row.Key).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var outputs = (await database.Outputs.AsNoTracking()
                .Where(row => userIds.Contains(row.UserId) && ids.Contains(row.JobId) && row.RemovedAt == null)
                .Select(row => new { row.UserId, row.JobId }).ToListAsync(cancellationToken))
            .Select(row => (row.UserId, row.JobId)).ToHashSet();
        var young = time.GetUtcNow() - OrphanAge;
        var orphans = files
            .Where(file => file.Object.ModifiedAt < young
                && !(file.Key!.IsOutput ? outputs.Contains((file.Key.UserId, file.Key.Id)) : uploads.Contains(file.Object.Key)))
            .Select(file => file.Object.Key).ToList();
        await Parallel.ForEachAsync(
            orphans, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (key, token) => await r2.DeleteAsync(key, token));
        return orphans.Count;
    }

    private async Task<int> MarkMissingAsync(
        StorageDbContext database, string after, string? end, IReadOnlyList<R2Listed> objects, CancellationToken cancellationToken)
    {
        var (first, last) = (UserOf(after) ?? Guid.Empty, end is null ? LastUser : UserOf(end) ?? LastUser);
        var present = objects.Select(listed => listed.Key).ToList();
        var rows = await database.Uploads
            .FromSql($"SELECT * FROM uploads WHERE user_id BETWEEN {first} AND {last} AND completed_at IS NOT NULL")
            .Where(row => row.RemovedAt == null && row.LeasedUntil == null && !present.Contains(row.Key))
            .OrderBy(row => row.UserId).ThenBy(row => row.UploadId).Take(PageSize).AsNoTracking().ToListAsync(cancellationToken);
        var marked = 0;
        foreach (var row in rows.Where(row => IsBetween(row.Key, after, end)))
        {
            // The list is older than the row may be.
            if (await r2.HeadAsync(row.Key, cancellationToken) is null)
            {
                var now = time.GetUtcNow();
                marked += await database.Uploads
                    .Where(it => it.UserId == row.UserId && it.UploadId == row.UploadId && it.RemovedAt == null && it.LeasedUntil == null)
                    .ExecuteUpdateAsync(it => it.SetProperty(file => file.RemovedAt, now), cancellationToken);
            }
        }

        return marked;
    }

    private static bool IsBetween(string key, string after, string? end) =>
        string.CompareOrdinal(key, after) > 0 && (end is null || string.CompareOrdinal(key, end) <= 0);

    private static Guid? UserOf(string key) => Guid.TryParseExact(key.Split('/')[0], "D", out var userId) ? userId : null;
}
