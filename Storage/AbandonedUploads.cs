using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Storage;

/// <summary>
/// Removes uploads that were never completed: their parts, their object, their row. Any number of replicas may do so at
/// once; each takes its own by a lease, and one that dies in between is taken over when its lease has run out.
/// </summary>
internal sealed class AbandonedUploads(IDbContextFactory<StorageDbContext> databases, R2Client r2, TimeProvider time)
{
    private const int BatchSize = 20;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    /// <summary>Removes one batch, and says how many that were.</summary>
    /// <exception cref="StorageUnavailableException">The rest of the batch waits for the end of its lease.</exception>
    public async Task<int> RemoveBatchAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var batch = await TakeAsync(database, cancellationToken);
        foreach (var upload in batch)
        {
            if (upload.MultipartId is not null)
            {
                await r2.AbortMultipartAsync(upload.Key, upload.MultipartId, cancellationToken);
            }

            await r2.DeleteAsync(upload.Key, cancellationToken);
            await database.Uploads
                .Where(row => row.UserId == upload.UserId && row.UploadId == upload.UploadId && row.CompletedAt == null)
                .ExecuteDeleteAsync(cancellationToken);
        }

        return batch.Count;
    }

    private async Task<List<Upload>> TakeAsync(StorageDbContext database, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (abandoned, leasedUntil) = (now - UploadRules.AbandonedAfter, now + Lease);
        return await database.Uploads.FromSql(
            $"""
            UPDATE uploads SET sweep_leased_until = {leasedUntil}
            WHERE (user_id, upload_id) IN (
                SELECT user_id, upload_id FROM uploads
                WHERE completed_at IS NULL AND created_at < {abandoned} AND (sweep_leased_until IS NULL OR sweep_leased_until < {now})
                ORDER BY created_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }
}
