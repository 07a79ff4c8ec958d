using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Storage;

/// <summary>
/// Removes uploads that were never completed: their parts, their object, their row. Any number of replicas may run it;
/// each leases its own uploads, and those of a crashed replica are removed once its lease has expired.
/// </summary>
internal sealed class AbandonedUploads(IDbContextFactory<StorageDbContext> databases, R2Client r2, TimeProvider time)
{
    private const int BatchSize = 20;
    private static readonly TimeSpan LeaseDuration = TimeSpan.FromMinutes(15);

    /// <summary>Removes one batch and returns its size.</summary>
    /// <exception cref="StorageUnavailableException">The rest of the batch is removed after its lease has expired.</exception>
    public async Task<int> RemoveBatchAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var batch = await LeaseAsync(database, cancellationToken);
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

    private async Task<List<Upload>> LeaseAsync(StorageDbContext database, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (abandoned, leasedUntil) = (now - UploadRules.AbandonedAfter, now + LeaseDuration);
        return await database.Uploads.FromSql(
            $"""
            UPDATE uploads SET leased_until = {leasedUntil}
            WHERE (user_id, upload_id) IN (
                SELECT user_id, upload_id FROM uploads
                WHERE completed_at IS NULL AND created_at < {abandoned} AND (leased_until IS NULL OR leased_until < {now})
                ORDER BY created_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }
}
