using Microsoft.EntityFrameworkCore;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>The result of removing a file.</summary>
internal enum RemovalCode
{
    Removed,

    /// <summary>No such file, or another user's.</summary>
    NotFound,

    /// <summary>It was removed before.</summary>
    Expired,

    /// <summary>A live job needs it.</summary>
    InUse,
}

/// <summary>Removes a file at its user's request.</summary>
internal sealed class FileRemoval(StorageDbContext database, ObjectRemoval objects, TimeProvider time)
{
    /// <summary>Removes an upload or an output.</summary>
    /// <exception cref="StorageUnavailableException">It can no longer be used; the sweeper removes it, or the next call.</exception>
    public async Task<RemovalCode> RemoveAsync(Guid caller, string key, CancellationToken cancellationToken)
    {
        var userId = await database.OwnerOfAsync(caller, key, cancellationToken);
        if (ObjectKeys.UploadIdOf(userId, key) is { } uploadId)
        {
            return await RemoveUploadAsync(userId, uploadId, key, cancellationToken);
        }

        return ObjectKeys.JobIdOf(userId, key) is { } jobId
            ? await RemoveOutputAsync(userId, jobId, cancellationToken)
            : RemovalCode.NotFound;
    }

    private async Task<RemovalCode> RemoveUploadAsync(Guid userId, Guid uploadId, string key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Upload? upload;
        await using (var transaction = await database.Database.BeginTransactionAsync(cancellationToken))
        {
            // Locked before the uses are read: a job that is being accepted comes entirely before or after this.
            upload = await database.Uploads
                .FromSql($"SELECT * FROM uploads WHERE user_id = {userId} AND upload_id = {uploadId} FOR UPDATE")
                .AsNoTracking().SingleOrDefaultAsync(cancellationToken);
            if (upload is null || upload.Key != key)
            {
                return RemovalCode.NotFound;
            }

            if (upload.RemovedAt is not null)
            {
                return RemovalCode.Expired;
            }

            if (await database.FileUses.AnyAsync(
                row => row.UserId == userId && row.UploadId == uploadId && row.Until > now, cancellationToken))
            {
                return RemovalCode.InUse;
            }

            var leasedUntil = now + ExpiredFiles.LeaseDuration;
            await database.Uploads.Where(row => row.UserId == userId && row.UploadId == uploadId).ExecuteUpdateAsync(
                row => row.SetProperty(it => it.LeasedUntil, leasedUntil)
                    .SetProperty(it => it.ExpiresAt, it => it.ExpiresAt < now ? it.ExpiresAt : now), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await objects.RemoveAsync(upload, cancellationToken);
        return RemovalCode.Removed;
    }

    private async Task<RemovalCode> RemoveOutputAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // The source of a job can be a file of another user who belongs to this one.
        var users = await database.PersonOfAsync(userId, cancellationToken);
        Output? output;
        await using (var transaction = await database.Database.BeginTransactionAsync(cancellationToken))
        {
            output = await database.Outputs
                .FromSql($"SELECT * FROM outputs WHERE user_id = {userId} AND job_id = {jobId} FOR UPDATE")
                .AsNoTracking().SingleOrDefaultAsync(cancellationToken);
            if (output is null)
            {
                return RemovalCode.NotFound;
            }

            if (output.RemovedAt is not null)
            {
                return RemovalCode.Expired;
            }

            if (await database.FileUses.AnyAsync(
                row => users.Contains(row.UserId) && row.JobId == jobId && row.Until > now, cancellationToken))
            {
                return RemovalCode.InUse;
            }

            var leasedUntil = now + ExpiredFiles.LeaseDuration;
            await database.Outputs.Where(row => row.UserId == userId && row.JobId == jobId).ExecuteUpdateAsync(
                row => row.SetProperty(it => it.LeasedUntil, leasedUntil)
                    .SetProperty(it => it.ExpiresAt, it => it.ExpiresAt < now ? it.ExpiresAt : now), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await objects.RemoveAsync(output, cancellationToken);
        return RemovalCode.Removed;
    }
}
