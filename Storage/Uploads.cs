using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Storage;

/// <summary>How completing an upload ended.</summary>
internal enum CompletionCode
{
    Completed,

    /// <summary>No such upload, or another user's, or one that was given up.</summary>
    NotFound,

    /// <summary>The parts that were named are not those of this upload.</summary>
    InvalidParts,

    /// <summary>Not (all of) it has arrived in R2 yet.</summary>
    Incomplete,

    /// <summary>What arrived is not what was declared; it is removed.</summary>
    Mismatch,
}

/// <summary>The outcome, and the upload where it was completed.</summary>
internal readonly record struct Completion(CompletionCode Code, Upload? Upload = null);

/// <summary>The uploads of the users, from the declaration to the completed object.</summary>
internal sealed class Uploads(StorageDbContext database, R2Client r2, UploadRules rules, TimeProvider time)
{
    /// <summary>Makes room for a declared upload, whose type and size the caller has checked.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was made.</exception>
    public async Task<Upload> StartAsync(Guid userId, string filename, string contentType, long sizeBytes, CancellationToken cancellationToken)
    {
        var extension = UploadRules.ExtensionOf(contentType) ?? throw new ArgumentException("Not a supported type.", nameof(contentType));
        var uploadId = Guid.CreateVersion7(time.GetUtcNow());
        var key = ObjectKeys.Input(userId, uploadId, extension);
        var inParts = rules.NeedsParts(sizeBytes);
        var upload = new Upload
        {
            UserId = userId,
            UploadId = uploadId,
            Key = key,
            Filename = UploadRules.CleanFilename(filename, $"video.{extension}"),
            ContentType = contentType.ToLowerInvariant(),
            SizeBytes = sizeBytes,
            // Before the row: parts that no row knows, R2 gives up by itself.
            MultipartId = inParts ? await r2.StartMultipartAsync(key, contentType.ToLowerInvariant(), cancellationToken) : null,
            PartSizeBytes = inParts ? rules.PartSizeBytes : null,
            CreatedAt = time.GetUtcNow(),
        };
        database.Uploads.Add(upload);
        await database.SaveChangesAsync(cancellationToken);
        return upload;
    }

    /// <summary>Looks at what has arrived. Asked again, it gives the same answer.</summary>
    /// <exception cref="StorageUnavailableException">Nothing is known; ask again.</exception>
    public async Task<Completion> CompleteAsync(
        Guid userId, string key, string? multipartId, IReadOnlyList<R2Part>? parts, CancellationToken cancellationToken)
    {
        var upload = await FindAsync(userId, key, cancellationToken);
        if (upload is null or { SweepLeasedUntil: not null })
        {
            return new Completion(CompletionCode.NotFound);
        }

        if (upload.CompletedAt is not null)
        {
            return new Completion(CompletionCode.Completed, upload);
        }

        if (!FitsParts(upload, multipartId, parts))
        {
            return new Completion(CompletionCode.InvalidParts);
        }

        // "Unknown" may be our own completion, whose answer was lost: the object itself decides.
        if (upload.MultipartId is not null
            && await r2.CompleteMultipartAsync(key, upload.MultipartId, parts!.OrderBy(part => part.PartNumber), cancellationToken) == MultipartEnd.PartsRefused)
        {
            return new Completion(CompletionCode.Incomplete);
        }

        var found = await r2.HeadAsync(key, cancellationToken);
        if (found is null)
        {
            return new Completion(CompletionCode.Incomplete);
        }

        if (found.SizeBytes != upload.SizeBytes || !found.ContentType.Equals(upload.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            await r2.DeleteAsync(key, cancellationToken);
            return new Completion(CompletionCode.Mismatch);
        }

        return await MarkCompletedAsync(upload, found.ETag, cancellationToken);
    }

    /// <summary>A completed upload of this user.</summary>
    public async Task<Upload?> FindCompletedAsync(Guid userId, string key, CancellationToken cancellationToken) =>
        await FindAsync(userId, key, cancellationToken) is { CompletedAt: not null } upload ? upload : null;

    private async Task<Completion> MarkCompletedAsync(Upload upload, string etag, CancellationToken cancellationToken)
    {
        // Of two completions at once, one writes; and none does once the sweeper has begun to remove the object.
        var completedAt = time.GetUtcNow();
        await database.Uploads
            .Where(row => row.UserId == upload.UserId && row.UploadId == upload.UploadId && row.CompletedAt == null && row.SweepLeasedUntil == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.CompletedAt, completedAt).SetProperty(it => it.ETag, etag), cancellationToken);
        return await FindCompletedAsync(upload.UserId, upload.Key, cancellationToken) is { } completed
            ? new Completion(CompletionCode.Completed, completed)
            : new Completion(CompletionCode.NotFound);
    }

    private async Task<Upload?> FindAsync(Guid userId, string key, CancellationToken cancellationToken)
    {
        if (ObjectKeys.UploadIdOf(userId, key) is not { } uploadId)
        {
            return null;
        }

        var upload = await database.Uploads.AsNoTracking()
            .FirstOrDefaultAsync(row => row.UserId == userId && row.UploadId == uploadId, cancellationToken);
        return upload?.Key == key ? upload : null;
    }

    private static bool FitsParts(Upload upload, string? multipartId, IReadOnlyList<R2Part>? parts) =>
        multipartId == upload.MultipartId && (upload.MultipartId is null
            ? parts is null or []
            : parts is not null && parts.Count == upload.PartCount
                && parts.Select(part => part.PartNumber).Order().SequenceEqual(Enumerable.Range(1, upload.PartCount)));
}
