using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Storage;

/// <summary>
/// Removes the files that have expired: parts, objects, then their rows' claim to them. Any number of replicas may run it; each
/// leases its own files, and those of a crashed replica are removed once its lease has expired.
/// </summary>
internal sealed class ExpiredFiles(IDbContextFactory<StorageDbContext> databases, ObjectRemoval objects, TimeProvider time)
{
    /// <summary>How long a removal may take before another replica may repeat it.</summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromMinutes(15);

    private const int BatchSize = 50;

    /// <summary>Removes a batch of each kind and returns how many were removed.</summary>
    /// <exception cref="StorageUnavailableException">The rest of the batch is removed after its lease has expired.</exception>
    public async Task<int> RemoveBatchAsync(CancellationToken cancellationToken)
    {
        List<Upload> uploads;
        List<Output> outputs;
        await using (var database = await databases.CreateDbContextAsync(cancellationToken))
        {
            uploads = await LeaseUploadsAsync(database, cancellationToken);
            outputs = await LeaseOutputsAsync(database, cancellationToken);
        }

        await objects.RemoveAsync(uploads, outputs, cancellationToken);
        return uploads.Count + outputs.Count;
    }

    private async Task<List<Upload>> LeaseUploadsAsync(StorageDbContext database, CancellationToken cancellationToken)
    {
        var (now, leasedUntil) = (time.GetUtcNow(), time.GetUtcNow() + LeaseDuration);
        return await database.Uploads.FromSql(
            $"""
            UPDATE uploads SET leased_until = {leasedUntil}
            WHERE (user_id, upload_id) IN (
                SELECT user_id, upload_id FROM uploads
                WHERE removed_at IS NULL AND expires_at <= {now} AND (leased_until IS NULL OR leased_until < {now})
                ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    private async Task<List<Output>> LeaseOutputsAsync(StorageDbContext database, CancellationToken cancellationToken)
    {
        var (now, leasedUntil) = (time.GetUtcNow(), time.GetUtcNow() + LeaseDuration);
        return await database.Outputs.FromSql(
            $"""
            UPDATE outputs SET leased_until = {leasedUntil}
            WHERE (user_id, job_id) IN (
                SELECT user_id, job_id FROM outputs
                WHERE removed_at IS NULL AND expires_at <= {now} AND (leased_until IS NULL OR leased_until < {now})
                ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancellationToken);
    }
}
