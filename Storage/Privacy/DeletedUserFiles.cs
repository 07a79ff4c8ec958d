using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>
/// Removes all files of a person now, whatever needs them, and erases what the rows say of the person. What a run that is still going
/// writes later is unknown to any row that lives, so the comparison removes it.
/// </summary>
internal sealed class DeletedUserFiles(
    StorageDbContext database, ObjectRemoval objects, Erasure erasure, TimeProvider time) : IDeletedUserHandler
{
    // What a call does in its time; it is called again for the rest.
    private const int FilesPerCall = 50;

    /// <exception cref="StorageUnavailableException">Call again: what was not removed yet is removed then.</exception>
    public async Task<string?> DeleteAsync(Guid userId, CancellationToken cancellationToken)
    {
        var users = await database.PersonOfAsync(userId, cancellationToken);
        await erasure.EraseAsync(userId, cancellationToken);
        await database.Set<IdempotencyRecord>().Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        await database.FileUses.Where(row => users.Contains(row.UserId)).ExecuteDeleteAsync(cancellationToken);
        // A lease of before is not waited for: a removal may be repeated, also at the same time.
        var (now, leasedUntil) = (time.GetUtcNow(), time.GetUtcNow() + ExpiredFiles.LeaseDuration);
        var uploads = await database.Uploads.FromSql(
            $"""
            UPDATE uploads SET leased_until = {leasedUntil}, expires_at = least(expires_at, {now})
            WHERE (user_id, upload_id) IN (
                SELECT user_id, upload_id FROM uploads WHERE user_id = ANY ({users}) AND removed_at IS NULL
                LIMIT {FilesPerCall} FOR UPDATE)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancellationToken);
        var outputs = await database.Outputs.FromSql(
            $"""
            UPDATE outputs SET leased_until = {leasedUntil}, expires_at = least(expires_at, {now})
            WHERE (user_id, job_id) IN (
                SELECT user_id, job_id FROM outputs WHERE user_id = ANY ({users}) AND removed_at IS NULL
                LIMIT {FilesPerCall} FOR UPDATE)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancellationToken);
        await objects.RemoveAsync(uploads, outputs, cancellationToken);
        return uploads.Count == FilesPerCall || outputs.Count == FilesPerCall ? "files" : null;
    }
}
