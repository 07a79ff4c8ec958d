using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Keeps the files of live jobs, and lets them expire when the job has ended.</summary>
internal sealed class FileUses(StorageDbContext database, TimeProvider time)
{
    /// <summary>The source stays at least so long. False: it is not completed, or gone.</summary>
    public async Task<bool> KeepSourceAsync(
        Upload source, Guid jobId, TimeSpan duration, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + duration;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // The row lock orders this before or after a removal.
        var kept = await database.Database.ExecuteSqlAsync(
            $"""
            UPDATE uploads SET expires_at = greatest(expires_at, {until})
            WHERE user_id = {source.UserId} AND upload_id = {source.UploadId}
              AND completed_at IS NOT NULL AND removed_at IS NULL AND leased_until IS NULL AND expires_at > {now}
            """, cancellationToken);
        if (kept == 0)
        {
            return false;
        }

        await database.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO file_uses (user_id, upload_id, job_id, until)
            VALUES ({source.UserId}, {source.UploadId}, {jobId}, {until})
            ON CONFLICT (user_id, upload_id, job_id) DO UPDATE SET until = greatest(file_uses.until, excluded.until)
            """, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Announces the output of a job whose links end after that time.</summary>
    public Task KeepOutputAsync(Guid userId, Guid jobId, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var expiresAt = now + lifetime + UploadRules.KeptFor;
        return database.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO outputs (user_id, job_id, created_at, expires_at) VALUES ({userId}, {jobId}, {now}, {expiresAt})
            ON CONFLICT (user_id, job_id) DO UPDATE SET expires_at = greatest(outputs.expires_at, excluded.expires_at)
            """, cancellationToken);
    }

    /// <summary>The job has ended: its output stays for a day, its source as long as without the job. Safe to repeat.</summary>
    public async Task ReleaseAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        var outputUntil = time.GetUtcNow() + UploadRules.KeptFor;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // The source can be a file of another user who belongs to this one.
        var users = await database.PersonOfAsync(userId, cancellationToken);
        var used = await database.FileUses.AsNoTracking().Where(row => users.Contains(row.UserId) && row.JobId == jobId)
            .Select(row => new { row.UserId, row.UploadId }).ToListAsync(cancellationToken);
        foreach (var (owner, uploadId) in used.Select(use => (use.UserId, use.UploadId)))
        {
            // Locked before the uses are read again, so that a new use cannot come between.
            await database.Database.ExecuteSqlAsync(
                $"SELECT 1 FROM uploads WHERE user_id = {owner} AND upload_id = {uploadId} FOR UPDATE", cancellationToken);
            await database.FileUses
                .Where(row => row.UserId == owner && row.UploadId == uploadId && row.JobId == jobId)
                .ExecuteDeleteAsync(cancellationToken);
            await database.Database.ExecuteSqlAsync(
                $"""
                UPDATE uploads SET expires_at = greatest(
                    completed_at + {UploadRules.KeptFor},
                    (SELECT max(until) FROM file_uses WHERE user_id = {owner} AND upload_id = {uploadId}))
                WHERE user_id = {owner} AND upload_id = {uploadId}
                  AND completed_at IS NOT NULL AND removed_at IS NULL AND leased_until IS NULL
                """, cancellationToken);
        }

        if (used.Count > 0)
        {
            await database.Outputs
                .Where(row => row.UserId == userId && row.JobId == jobId && row.RemovedAt == null && row.LeasedUntil == null)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.ExpiresAt, outputUntil), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
