using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.Media;

namespace ReelBallers.Storage;

/// <summary>Compares an uploaded object with its declaration, looks at the video, and completes the upload.</summary>
internal sealed class UploadVerification(
    StorageDbContext database, R2Client r2, UploadedVideos videos, IOptions<ProbeOptions> options, TimeProvider time)
{
    /// <summary>Completes the upload when the object is the declared video; removes an object that is not.</summary>
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
            return await RejectAsync(key, new Completion(CompletionCode.Mismatch), cancellationToken);
        }

        if (await r2.ReadAsync(key, found.ETag, 0, VideoSignature.Length, cancellationToken) is not { } start)
        {
            return new Completion(CompletionCode.Incomplete);
        }

        var container = VideoSignature.Detect(start);
        if (container != type.Container)
        {
            var rejection = container is null
                ? new Completion(CompletionCode.NotAVideo, Reason: "it does not begin as one of a supported type does")
                : new Completion(CompletionCode.Mismatch);
            return await RejectAsync(key, rejection, cancellationToken);
        }

        return await videos.ReadAsync(upload, found.ETag, start, cancellationToken) switch
        {
            VideoReading.Video { Facts: var facts } when facts.DurationSeconds <= options.Value.MaxDurationSeconds =>
                await MarkCompletedAsync(upload, found.ETag, facts, cancellationToken),
            VideoReading.Video { Facts: var facts } => await RejectAsync(key, TooLong(facts), cancellationToken),
            VideoReading.NotAVideo { Reason: var reason } =>
                await RejectAsync(key, new Completion(CompletionCode.NotAVideo, Reason: reason), cancellationToken),
            var other => throw new InvalidOperationException($"No completion for {other.GetType().Name}."),
        };
    }

    /// <summary>What a completed upload holds: one that was completed by an older version is looked at now.</summary>
    /// <returns>Null when it is no longer there, or not a video.</returns>
    /// <exception cref="StorageUnavailableException">The result is unknown; call again.</exception>
    public async Task<VideoFacts?> FactsAsync(Upload upload, CancellationToken cancellationToken)
    {
        if (upload.Video is { } known)
        {
            return known;
        }

        if (await r2.ReadAsync(upload.Key, upload.ETag!, 0, VideoSignature.Length, cancellationToken) is not { } start
            || await videos.ReadAsync(upload, upload.ETag!, start, cancellationToken) is not VideoReading.Video { Facts: var facts })
        {
            return null;
        }

        await database.Uploads.Where(row => row.UserId == upload.UserId && row.UploadId == upload.UploadId)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.Video, facts), cancellationToken);
        return facts;
    }

    private Completion TooLong(VideoFacts facts) => new(CompletionCode.TooLong, Reason: string.Create(
        CultureInfo.InvariantCulture,
        $"It lasts {facts.DurationSeconds:0.###} s; at most {options.Value.MaxDurationSeconds} s are accepted"));

    private async Task<Completion> RejectAsync(string key, Completion completion, CancellationToken cancellationToken)
    {
        await r2.DeleteAsync(key, cancellationToken);
        return completion;
    }

    private async Task<Completion> MarkCompletedAsync(
        Upload upload, string etag, VideoFacts facts, CancellationToken cancellationToken)
    {
        // Of concurrent completions one writes, and none does once the sweeper has started to remove the object.
        var completedAt = time.GetUtcNow();
        var expiresAt = completedAt + UploadRules.KeptFor;
        var rows = database.Uploads.Where(row => row.UserId == upload.UserId && row.UploadId == upload.UploadId);
        await rows.Where(row => row.CompletedAt == null && row.LeasedUntil == null && row.RemovedAt == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(it => it.CompletedAt, completedAt).SetProperty(it => it.ETag, etag)
                    .SetProperty(it => it.Video, facts).SetProperty(it => it.ExpiresAt, expiresAt), cancellationToken);
        return await rows.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { CompletedAt: not null } completed
            && !completed.IsGone(time.GetUtcNow())
            ? new Completion(CompletionCode.Completed, completed)
            : new Completion(CompletionCode.Expired);
    }
}
