namespace ReelBallers.Storage;

/// <summary>The signed links of a job for its worker.</summary>
internal sealed record WorkLinks(string SourceUrl, string OutputUrl, string OutputBucket, string OutputKey);

/// <summary>A signed link to a job's output for its user.</summary>
internal sealed record DownloadLink(string Url, DateTimeOffset ExpiresAt, string Filename);

/// <summary>The source and the output of a job.</summary>
internal sealed class JobFiles(Uploads uploads, R2Client r2, TimeProvider time)
{
    private const string OutputContentType = "video/mp4";
    private static readonly TimeSpan DownloadLifetime = TimeSpan.FromHours(1);

    /// <summary>Null when the source is not a completed upload of this user.</summary>
    public async Task<WorkLinks?> SignWorkAsync(
        Guid userId, string sourceKey, Guid jobId, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (await uploads.FindCompletedAsync(userId, sourceKey, cancellationToken) is not { } source)
        {
            return null;
        }

        var outputKey = ObjectKeys.Output(userId, jobId);
        return new WorkLinks(r2.SignGet(source.Key, lifetime), r2.SignPut(outputKey, lifetime), r2.Bucket, outputKey);
    }

    /// <summary>The output's key and size; null when there is no output.</summary>
    /// <exception cref="StorageUnavailableException">Whether there is an output is unknown.</exception>
    public async Task<(string Key, long SizeBytes)?> FindOutputAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Output(userId, jobId);
        return await r2.HeadAsync(key, cancellationToken) is { } found ? (key, found.SizeBytes) : null;
    }

    /// <summary>Null when there is no output.</summary>
    /// <exception cref="StorageUnavailableException">Whether there is an output is unknown.</exception>
    public async Task<DownloadLink?> SignDownloadAsync(Guid userId, Guid jobId, string filename, CancellationToken cancellationToken)
    {
        if (await FindOutputAsync(userId, jobId, cancellationToken) is not { } output)
        {
            return null;
        }

        var name = UploadRules.CleanFilename(filename, $"{jobId:D}.mp4");
        var expiresAt = time.GetUtcNow() + DownloadLifetime;
        return new DownloadLink(r2.SignDownload(output.Key, name, OutputContentType, DownloadLifetime), expiresAt, name);
    }
}
