using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ReelBallers.Storage;

/// <summary>The result of completing an upload.</summary>
internal enum CompletionCode
{
    Completed,

    /// <summary>No such upload, or another user's.</summary>
    NotFound,

    /// <summary>It is gone, or being removed.</summary>
    Expired,

    /// <summary>The parts do not match this upload.</summary>
    InvalidParts,

    /// <summary>The object, or some part of it, is not in R2 yet.</summary>
    Incomplete,

    /// <summary>The object differs from the declaration and was removed.</summary>
    Mismatch,

    /// <summary>The object does not begin as a video does and was removed.</summary>
    NotAVideo,
}

/// <summary>The result, with the upload when it is completed.</summary>
internal readonly record struct Completion(CompletionCode Code, Upload? Upload = null);

/// <summary>The uploads of the users, from declaration to completion.</summary>
internal sealed class Uploads(
    StorageDbContext database, R2Client r2, Quotas quotas, IOptions<UploadOptions> options, TimeProvider time)
{
    /// <summary>Creates an upload, or finds the one with this id. The caller has validated the size.</summary>
    /// <exception cref="QuotaExceededException">Nothing was created.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was created.</exception>
    public async Task<Upload> StartAsync(
        Guid userId, Guid uploadId, string filename, VideoType type, long sizeBytes, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(userId, uploadId, cancellationToken) is { } known)
        {
            return known;
        }

        await quotas.CheckAsync(userId, sizeBytes, cancellationToken);
        var now = time.GetUtcNow();
        var key = ObjectKeys.Input(userId, uploadId, type.Extension);
        var inParts = sizeBytes > options.Value.SinglePartLimitBytes;
        var upload = new Upload
        {
            UserId = userId,
            UploadId = uploadId,
            Key = key,
            Filename = UploadRules.CleanFilename(filename, $"video.{type.Extension}"),
            ContentType = type.MediaType,
            SizeBytes = sizeBytes,
            // Before the row: R2 aborts a multipart upload without a row by itself.
            MultipartId = inParts ? await r2.StartMultipartAsync(key, type.MediaType, cancellationToken) : null,
            PartSizeBytes = inParts ? options.Value.PartSizeBytes : null,
            CreatedAt = now,
            ExpiresAt = now + UploadRules.KeptFor,
        };
        try
        {
            await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            await quotas.ReserveAsync(userId, sizeBytes, cancellationToken);
            database.Uploads.Add(upload);
            await database.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (QuotaExceededException) when (upload.MultipartId is not null)
        {
            await r2.AbortMultipartAsync(key, upload.MultipartId, cancellationToken);
            throw;
        }

        return upload;
    }

    /// <summary>Verifies the uploaded object. Repeated calls give the same result.</summary>
    /// <exception cref="StorageUnavailableException">The result is unknown; call again.</exception>
    public async Task<Completion> CompleteAsync(
        Guid userId, string key, string? multipartId, IReadOnlyList<R2Part>? parts, CancellationToken cancellationToken)
    {
        var (code, upload) = await FindAsync(userId, key, cancellationToken);
        if (code != CompletionCode.Incomplete)
        {
            return new Completion(code, upload);
        }

        if (!FitsParts(upload!, multipartId, parts))
        {
            return new Completion(CompletionCode.InvalidParts);
        }

        // "Unknown" may be an earlier completion whose answer was lost: the object decides.
        if (upload!.MultipartId is not null
            && await r2.CompleteMultipartAsync(key, upload.MultipartId, parts!.OrderBy(part => part.PartNumber), cancellationToken)
                == MultipartEnd.PartsRejected)
        {
            return new Completion(CompletionCode.Incomplete);
        }

        return await VerifyAsync(upload, cancellationToken);
    }

    /// <summary>Compares the object with the declaration; completes the upload when they agree.</summary>
    /// <exception cref="StorageUnavailableException">The result is unknown; call again.</exception>
    public async Task<Completion> VerifyAsync(Upload upload, CancellationToken cancellationToken)
    {
        var key = upload.Key;
        var found = await r2.HeadAsync(key, cancellationToken);
        if (found is null)
        {
            return new Completion(CompletionCode.Incomplete);
        }

        var type = VideoTypes.Find(upload.ContentType)!;
        if (found.SizeBytes != upload.SizeBytes || VideoTypes.Find(found.ContentType) != type)
        {
            await r2.DeleteAsync(key, cancellationToken);
            return new Completion(CompletionCode.Mismatch);
        }

        if (await r2.ReadStartAsync(key, found.ETag, VideoSignature.Length, cancellationToken) is not { } start)
        {
            return new Completion(CompletionCode.Incomplete);
        }

        var container = VideoSignature.Detect(start);
        if (container != type.Container)
        {
            await r2.DeleteAsync(key, cancellationToken);
            return new Completion(container is null ? CompletionCode.NotAVideo : CompletionCode.Mismatch);
        }

        return await MarkCompletedAsync(upload, found.ETag, cancellationToken);
    }

    /// <summary>An upload of this user: completed, incomplete or expired, or not found.</summary>
    public async Task<Completion> FindAsync(Guid userId, string key, CancellationToken cancellationToken) =>
        await FindRowAsync(userId, key, cancellationToken) switch
        {
            null => new Completion(CompletionCode.NotFound),
            var gone when gone.IsGone(time.GetUtcNow()) => new Completion(CompletionCode.Expired, gone),
            { CompletedAt: not null } completed => new Completion(CompletionCode.Completed, completed),
            var open => new Completion(CompletionCode.Incomplete, open),
        };

    /// <summary>A completed upload of this user.</summary>
    public async Task<Upload?> FindCompletedAsync(Guid userId, string key, CancellationToken cancellationToken) =>
        await FindAsync(userId, key, cancellationToken) is { Code: CompletionCode.Completed } found ? found.Upload : null;

    private async Task<Completion> MarkCompletedAsync(Upload upload, string etag, CancellationToken cancellationToken)
    {
        // Of concurrent completions one writes, and none does once the sweeper has started to remove the object.
        var completedAt = time.GetUtcNow();
        var expiresAt = completedAt + UploadRules.KeptFor;
        await database.Uploads
            .Where(row => row.UserId == upload.UserId && row.UploadId == upload.UploadId
                && row.CompletedAt == null && row.LeasedUntil == null && row.RemovedAt == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.CompletedAt, completedAt).SetProperty(it => it.ETag, etag)
                    .SetProperty(it => it.ExpiresAt, expiresAt), cancellationToken);
        return await FindCompletedAsync(upload.UserId, upload.Key, cancellationToken) is { } completed
            ? new Completion(CompletionCode.Completed, completed)
            : new Completion(CompletionCode.Expired);
    }

    private async Task<Upload?> FindRowAsync(Guid userId, string key, CancellationToken cancellationToken)
    {
        if (ObjectKeys.UploadIdOf(userId, key) is not { } uploadId)
        {
            return null;
        }

        return await FindRowAsync(userId, uploadId, cancellationToken) is { } upload && upload.Key == key ? upload : null;
    }

    private Task<Upload?> FindRowAsync(Guid userId, Guid uploadId, CancellationToken cancellationToken) => database.Uploads.AsNoTracking()
        .FirstOrDefaultAsync(row => row.UserId == userId && row.UploadId == uploadId, cancellationToken);

    private static bool FitsParts(Upload upload, string? multipartId, IReadOnlyList<R2Part>? parts) =>
        multipartId == upload.MultipartId && (upload.MultipartId is null
            ? parts is null or []
            : parts is not null && parts.Count == upload.PartCount
                && parts.Select(part => part.PartNumber).Order().SequenceEqual(Enumerable.Range(1, upload.PartCount)));
}
