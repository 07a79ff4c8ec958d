namespace ReelBallers.Storage;

/// <summary>An upload and, while it is open and in parts, the parts that R2 has.</summary>
internal sealed record UploadProgress(Upload Upload, IReadOnlyList<R2StoredPart> Parts);

/// <summary>Finds out how far an upload has come, so that it can be resumed.</summary>
internal sealed class UploadProgressReader(Uploads uploads, UploadVerification verification, R2Client r2)
{
    /// <summary>The upload completed, or with its parts; otherwise the reason.</summary>
    /// <exception cref="StorageUnavailableException">Unknown; call again.</exception>
    public async Task<(CompletionCode Code, UploadProgress? Progress)> FindAsync(
        Guid userId, string key, CancellationToken cancellationToken)
    {
        var (code, upload, _) = await uploads.FindAsync(userId, key, cancellationToken);
        if (code is not (CompletionCode.Incomplete or CompletionCode.Completed))
        {
            return (code, null);
        }

        if (code == CompletionCode.Completed || upload!.MultipartId is null)
        {
            return (code, new UploadProgress(upload!, []));
        }

        if (await r2.ListPartsAsync(upload.Key, upload.MultipartId, cancellationToken) is { } parts)
        {
            return (code, new UploadProgress(upload, [.. parts.Where(part => IsWhole(upload, part))]));
        }

        // R2 has completed it, and the answer was lost before the row was written; or R2 has aborted it.
        var completion = await verification.VerifyAsync(upload, cancellationToken);
        return completion.Code == CompletionCode.Completed
            ? (CompletionCode.Completed, new UploadProgress(completion.Upload!, []))
            : (CompletionCode.Expired, null);
    }

    private static bool IsWhole(Upload upload, R2StoredPart part) =>
        part.PartNumber >= 1 && part.PartNumber <= upload.PartCount && part.SizeBytes == upload.PartLength(part.PartNumber);
}
