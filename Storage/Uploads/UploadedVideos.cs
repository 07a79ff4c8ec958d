using Microsoft.Extensions.Options;
using ReelBallers.Media;

namespace ReelBallers.Storage;

/// <summary>Looks at uploaded objects: whether they are videos, and what they hold.</summary>
internal sealed partial class UploadedVideos(
    RemoteVideos videos, R2Client r2, IOptions<ProbeOptions> options, StorageMeter meter, ILogger<UploadedVideos> logger)
{
    private static readonly TimeSpan LinkMargin = TimeSpan.FromMinutes(1);

    /// <param name="upload">Its object is there.</param>
    /// <param name="etag">The object's.</param>
    /// <param name="start">The object's first bytes.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="StorageUnavailableException">The result is unknown; call again.</exception>
    public async Task<VideoReading> ReadAsync(Upload upload, string etag, byte[] start, CancellationToken cancellationToken)
    {
        var url = new Uri(r2.SignGet(upload.Key, TimeSpan.FromSeconds(options.Value.TimeoutSeconds) + LinkMargin));
        try
        {
            var reading = await videos.ReadAsync(url, (length, token) => ReadEndAsync(upload, etag, length, token), cancellationToken);
            meter.Looked(reading is VideoReading.Video ? "video" : "not_a_video");
            return reading is VideoReading.Video { Facts: var facts } && VideoSignature.IsWebM(start)
                ? new VideoReading.Video(facts with { Container = "webm" })
                : reading;
        }
        catch (VideoUnreadException failure)
        {
            meter.Looked("unknown");
            LogUnread(upload.UploadId, failure.Message);
            throw new StorageUnavailableException(failure);
        }
    }

    private async Task<byte[]> ReadEndAsync(Upload upload, string etag, int length, CancellationToken cancellationToken) =>
        await r2.ReadAsync(upload.Key, etag, Math.Max(0, upload.SizeBytes - length), length, cancellationToken) ?? [];

    [LoggerMessage(LogLevel.Error, "Whether upload {UploadId} is a video could not be found out: {Reason}")]
    private partial void LogUnread(Guid uploadId, string reason);
}
