using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ReelBallers.Storage;

/// <summary>The uploads of the users, from declaration to completion.</summary>
internal sealed class Uploads(
    StorageDbContext database, R2Client r2, UploadVerification verification, Quotas quotas, IOptions<UploadOptions> options,
    TimeProvider time)
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
        var (code, upload, _) = await FindAsync(userId, key, cancellationToken);
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

        return await verification.VerifyAsync(upload, cancellationToken);
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

    private async Task<Upload?> FindRowAsync(Guid userId, string key, CancellationToken cancellationToken)
    {
        var owner = await database.OwnerOfAsync(userId, key, cancellationToken);
        if (ObjectKeys.UploadIdOf(owner, key) is not { } uploadId)
        {
            return null;
        }

        return await FindRowAsync(owner, uploadId, cancellationToken) is { } upload && upload.Key == key ? upload : null;
    }

    private Task<Upload?> FindRowAsync(Guid userId, Guid uploadId, CancellationToken cancellationToken) => database.Uploads.AsNoTracking()
        .FirstOrDefaultAsync(row => row.UserId == userId && row.UploadId == uploadId, cancellationToken);

    private static bool FitsParts(Upload upload, string? multipartId, IReadOnlyList<R2Part>? parts) =>
        multipartId == upload.MultipartId && (upload.MultipartId is null
            ? parts is null or []
            : parts is not null && parts.Count == upload.PartCount
                && parts.Select(part => part.PartNumber).Order().SequenceEqual(Enumerable.Range(1, upload.PartCount)));
}
