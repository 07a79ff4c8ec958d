namespace ReelBallers.Storage;

/// <summary>
/// Signs the links of an upload, anew for each response: a repeated request never gets an expired one. They end at the latest when
/// the upload is removed.
/// </summary>
internal sealed class UploadLinks(R2Client r2, TimeProvider time)
{
    public object For(Upload upload)
    {
        var lifetime = Lifetime(upload);
        var expiresAt = time.GetUtcNow() + lifetime;
        if (upload.MultipartId is null)
        {
            return new SingleUploadResponse(
                upload.Key, r2.SignNewPut(upload.Key, upload.ContentType, upload.SizeBytes, lifetime), "PUT",
                R2Client.HeadersOfNewPut(upload.ContentType), expiresAt);
        }

        var urls = Enumerable.Range(1, upload.PartCount).Select(number => Part(upload, number, lifetime));
        return new MultipartUploadResponse(
            upload.Key, upload.MultipartId, upload.PartSizeBytes!.Value, [.. urls], "PUT", expiresAt);
    }

    /// <summary>The state of an upload, with the links of the parts that are missing.</summary>
    public UploadStateResponse For(UploadProgress progress)
    {
        var (upload, stored) = progress;
        if (upload.CompletedAt is not null)
        {
            return new UploadStateResponse(
                upload.Key, "completed", null, null, [], [], upload.ExpiresAt, upload.Video?.ToBody());
        }

        var lifetime = Lifetime(upload);
        var present = stored.Select(part => part.PartNumber).ToHashSet();
        var missing = upload.MultipartId is null ? [] : Enumerable.Range(1, upload.PartCount).Where(number => !present.Contains(number));
        return new UploadStateResponse(
            upload.Key, "open", upload.MultipartId, upload.PartSizeBytes,
            [.. stored.Select(part => new StoredPartBody(part.PartNumber, part.SizeBytes, part.ETag))],
            [.. missing.Select(number => new PartUrlBody(number, Part(upload, number, lifetime)))],
            time.GetUtcNow() + lifetime);
    }

    private string Part(Upload upload, int number, TimeSpan lifetime) =>
        r2.SignPart(upload.Key, upload.MultipartId!, number, upload.PartLength(number), lifetime);

    private TimeSpan Lifetime(Upload upload)
    {
        var rule = upload.MultipartId is null ? UploadRules.SinglePartLifetime : UploadRules.MultipartLifetime;
        var left = upload.ExpiresAt - time.GetUtcNow();
        return left < rule ? TimeSpan.FromSeconds(Math.Max(1, Math.Floor(left.TotalSeconds))) : rule;
    }
}
