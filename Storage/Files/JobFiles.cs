using Microsoft.EntityFrameworkCore;

namespace ReelBallers.Storage;

/// <summary>The signed links of a job for its worker, and the ETag that the source must have.</summary>
internal sealed record WorkLinks(
    string SourceUrl, string SourceETag, string OutputUrl, string OutputBucket, string OutputKey, string ManifestUrl);

/// <summary>The result of signing work.</summary>
internal enum WorkCode
{
    Signed,

    /// <summary>The source is not a completed upload of this user, or is gone.</summary>
    NotFound,

    /// <summary>The object is not the one that was completed.</summary>
    SourceChanged,
}

/// <summary>The result, with the links when it is signed.</summary>
internal readonly record struct WorkSigning(WorkCode Code, WorkLinks? Links = null);

/// <summary>A signed link to a job's output for its user.</summary>
internal sealed record DownloadLink(string Url, DateTimeOffset ExpiresAt, string Filename);

/// <summary>The source and the output of a job.</summary>
internal sealed class JobFiles(
    StorageDbContext database, Uploads uploads, FileUses uses, DownloadLog downloads, R2Client r2, CloudFront cloudFront,
    TimeProvider time)
{
    public const string OutputContentType = "video/mp4";

    // From the end of the links until Jobs has ended the job and released its files.
    private static readonly TimeSpan EndMargin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DownloadLifetime = TimeSpan.FromHours(1);

    /// <summary>Signs the links when the source is still what was completed.</summary>
    /// <exception cref="StorageUnavailableException">Whether it is, is unknown.</exception>
    public async Task<WorkSigning> SignWorkAsync(
        Guid userId, string sourceKey, Guid jobId, int run, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (await uploads.FindCompletedAsync(userId, sourceKey, cancellationToken) is not { } source
            || await r2.HeadAsync(source.Key, cancellationToken) is not { } stored)
        {
            return new WorkSigning(WorkCode.NotFound);
        }

        if (stored.ETag != source.ETag)
        {
            return new WorkSigning(WorkCode.SourceChanged);
        }

        if (!await uses.KeepSourceAsync(source, jobId, lifetime + EndMargin, cancellationToken))
        {
            return new WorkSigning(WorkCode.NotFound);
        }

        await uses.KeepOutputAsync(userId, jobId, lifetime, cancellationToken);
        var outputKey = ObjectKeys.Output(userId, jobId, run);
        return new WorkSigning(WorkCode.Signed, new WorkLinks(
            r2.SignGet(source.Key, lifetime), stored.ETag, r2.SignNewPut(outputKey, lifetime), r2.Bucket, outputKey,
            r2.SignNewPut(ObjectKeys.Manifest(userId, jobId, run), lifetime)));
    }

    /// <summary>
    /// The link, which ends at the latest with the file and is noted as a download from that address, empty for an unknown one; or none,
    /// and whether there was a file.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Whether there is an output is unknown.</exception>
    public async Task<(bool IsGone, DownloadLink? Link)> SignDownloadAsync(
        Guid caller, string key, string filename, string clientAddress, CancellationToken cancellationToken)
    {
        var userId = await database.OwnerOfAsync(caller, key, cancellationToken);
        if (ObjectKeys.JobIdOf(userId, key) is not { } jobId)
        {
            return (false, null);
        }

        var now = time.GetUtcNow();
        var known = await database.Outputs.AsNoTracking()
            .FirstOrDefaultAsync(row => row.UserId == userId && row.JobId == jobId, cancellationToken);
        if (known?.IsGone(now) == true)
        {
            return (true, null);
        }

        if (await r2.HeadAsync(key, cancellationToken) is null)
        {
            return (false, null);
        }

        var name = UploadRules.CleanFilename(filename, $"{jobId:D}.mp4");
        await downloads.AddAsync(userId, key, clientAddress, name, cancellationToken);
        var lifetime = known is not null && known.ExpiresAt - now < DownloadLifetime ? known.ExpiresAt - now : DownloadLifetime;
        lifetime = TimeSpan.FromSeconds(Math.Max(1, Math.Floor(lifetime.TotalSeconds)));
        var url = cloudFront.IsUsed
            ? cloudFront.SignDownload(key, name, OutputContentType, lifetime)
            : r2.SignDownload(key, name, OutputContentType, lifetime);
        return (false, new DownloadLink(url, now + lifetime, name));
    }
}
