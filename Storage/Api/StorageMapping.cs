using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.Media;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Maps the domain to REST and gRPC responses.</summary>
internal static class StorageMapping
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    private static readonly (long Min, long Max) LifetimeSeconds = (60, 604_800);

    public static IResult ToResult(this Completion completion) => completion.Code switch
    {
        CompletionCode.Completed => TypedResults.Ok(
            new CompleteUploadResponse(
                completion.Upload!.Key, completion.Upload.SizeBytes, completion.Upload.ETag!, completion.Upload.ExpiresAt,
                completion.Upload.Video?.ToBody())),
        CompletionCode.NotFound => Problems.NotFound("upload_not_found", "Upload not found"),
        CompletionCode.Expired => Expired(),
        CompletionCode.InvalidParts => Problems.Validation(
            ("parts", "upload_id and parts must match this upload, with every part once; omit both for an upload in one PUT")),
        CompletionCode.Incomplete => Problems.Of(StatusCodes.Status409Conflict, "upload_incomplete", "Upload incomplete",
            "The video is not in storage yet. PUT it to the signed URLs, then complete the upload again."),
        CompletionCode.Mismatch => Problems.Of(StatusCodes.Status400BadRequest, "upload_mismatch", "Upload mismatch",
            "The uploaded file differs from the declared size or type and was removed. Upload the declared file, or start a new upload."),
        CompletionCode.NotAVideo => Problems.Of(StatusCodes.Status415UnsupportedMediaType, "not_a_video", "Not a video",
            $"The uploaded file is not a video that can be processed: {completion.Reason}. It was removed. Upload another file."),
        CompletionCode.TooLong => Problems.Of(StatusCodes.Status413PayloadTooLarge, "video_too_long", "Video too long",
            $"{completion.Reason}. The file was removed. Start a new upload with a shorter video."),
    };

    public static VideoBody ToBody(this VideoFacts facts) => new(
        facts.Container, facts.DurationSeconds, facts.Width, facts.Height, facts.Rotation, facts.FrameRate, facts.VideoCodec,
        facts.AudioCodec, facts.AudioChannels);

    public static V1.VideoFacts ToMessage(this VideoFacts facts) => new()
    {
        Container = facts.Container,
        DurationMs = (long)Math.Round(facts.DurationSeconds * 1000),
        Width = facts.Width,
        Height = facts.Height,
        Rotation = facts.Rotation,
        FrameRate = facts.FrameRate,
        VideoCodec = facts.VideoCodec,
        AudioCodec = facts.AudioCodec ?? "",
        AudioChannels = facts.AudioChannels,
    };

    /// <summary>410: the file was there.</summary>
    public static IResult Expired() => Problems.Of(
        StatusCodes.Status410Gone, "expired", "Expired", "The file was removed. Start a new upload.");

    public static IResult ToResult(this RemovalCode code) => code switch
    {
        RemovalCode.Removed => TypedResults.NoContent(),
        RemovalCode.NotFound => Problems.NotFound("file_not_found", "File not found"),
        RemovalCode.Expired => Expired(),
        RemovalCode.InUse => Problems.Of(StatusCodes.Status409Conflict, "file_in_use", "File in use",
            "A job that has not ended needs the file. Cancel the job first, or wait for its end."),
    };

    public static IResult ToResult(this QuotaUsage usage) => Problems.Of(
        StatusCodes.Status403Forbidden, "storage_quota_exceeded", "Storage quota exceeded",
        "The upload does not fit into what you may store. Delete files (DELETE /api/files/{key}), or wait until they expire.",
        ("used_bytes", usage.UsedBytes), ("limit_bytes", usage.LimitBytes),
        ("open_uploads", usage.OpenUploads), ("max_open_uploads", usage.MaxOpenUploads));

    public static V1.ReadOutputResponse ToResponse(this OutputReading reading) => reading switch
    {
        OutputReading.Whole whole => new V1.ReadOutputResponse
        {
            Found = true,
            Key = whole.Key,
            SizeBytes = whole.SizeBytes,
            DurationMs = (long)Math.Round(whole.Manifest.DurationS!.Value * 1000),
            CropKeyframes =
            {
                (whole.Manifest.CropKeyframes ?? []).Select(keyframe => new V1.CropKeyframe
                {
                    Time = keyframe!.Time,
                    X = keyframe.X,
                    Y = keyframe.Y,
                    Width = keyframe.Width,
                    Height = keyframe.Height,
                }),
            },
            TrackLost =
            {
                (whole.Manifest.TrackLost ?? []).Select(loss => new V1.LostSubject { FromS = loss!.FromS, ToS = loss.ToS }),
            },
        },
        OutputReading.Unusable unusable => new V1.ReadOutputResponse { Problem = unusable.Problem },
        OutputReading.Missing => new V1.ReadOutputResponse(),
        _ => throw new InvalidOperationException($"No response for {reading.GetType().Name}."),
    };

    public static V1.SignWorkResponse ToResponse(this WorkSigning signing) => signing.Code switch
    {
        WorkCode.Signed => new V1.SignWorkResponse
        {
            SourceUrl = signing.Links!.SourceUrl,
            SourceEtag = signing.Links.SourceETag,
            OutputUrl = signing.Links.OutputUrl,
            OutputBucket = signing.Links.OutputBucket,
            OutputKey = signing.Links.OutputKey,
            ManifestUrl = signing.Links.ManifestUrl,
        },
        WorkCode.NotFound => throw UploadNotFound(),
        WorkCode.SourceChanged => throw RpcErrors.Reject(
            StatusCode.FailedPrecondition, V1.StorageErrorCodes.SourceChanged, "The object is not the one that was completed."),
    };

    public static V1.Download ToMessage(this Download download) => new()
    {
        OutputKey = download.OutputKey,
        Filename = download.Filename,
        ClientAddress = download.ClientAddress ?? "",
        FirstAt = download.FirstAt.ToTimestamp(),
        LastAt = download.LastAt.ToTimestamp(),
        LinkCount = download.LinkCount,
    };

    public static V1.File ToMessage(this ListedFile file, DateTimeOffset now) => file switch
    {
        { Upload: { } upload } => new V1.File
        {
            Key = upload.Key,
            Status = upload.IsGone(now) ? V1.FileStatus.Removed
                : upload.CompletedAt is null ? V1.FileStatus.Open : V1.FileStatus.Kept,
            Filename = upload.Filename,
            ContentType = upload.ContentType,
            SizeBytes = upload.SizeBytes,
            CreatedAt = upload.CreatedAt.ToTimestamp(),
            CompletedAt = upload.CompletedAt?.ToTimestamp(),
            ExpiresAt = upload.ExpiresAt.ToTimestamp(),
            RemovedAt = upload.RemovedAt?.ToTimestamp(),
        },
        { Output: { } output } => new V1.File
        {
            Key = ObjectKeys.OutputPrefix(output.UserId, output.JobId),
            Status = output.IsGone(now) ? V1.FileStatus.Removed : V1.FileStatus.Kept,
            JobId = output.JobId.ToString(),
            CreatedAt = output.CreatedAt.ToTimestamp(),
            ExpiresAt = output.ExpiresAt.ToTimestamp(),
            RemovedAt = output.RemovedAt?.ToTimestamp(),
        },
        _ => throw new InvalidOperationException("It is neither an upload nor an output."),
    };

    public static string Address(string text) => text.Length == 0
        ? ""
        : CallerAddress.Parse(text) ?? throw Invalid("client_address", "must be an IP address or network, or empty");

    public static int Limit(int limit) => limit switch
    {
        0 => DefaultPage,
        > 0 and <= MaxPage => limit,
        _ => throw Invalid("limit", string.Create(CultureInfo.InvariantCulture, $"must be from 0 to {MaxPage}")),
    };

    public static DownloadCursor After(string text) => DownloadCursor.TryParse(text, out var cursor)
        ? cursor
        : throw Invalid("cursor", "must be the next_cursor of a page");

    public static FileCursor AfterFile(string text) => FileCursor.TryParse(text, out var cursor)
        ? cursor
        : throw Invalid("cursor", "must be the next_cursor of a page");

    /// <summary>The beginning, when there is none.</summary>
    public static DateTimeOffset Since(Timestamp? since)
    {
        try
        {
            return since?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
        }
        catch (InvalidOperationException)
        {
            throw Invalid("since", "must be a time in the years 1 to 9999");
        }
    }

    public static Guid Id(string field, string text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw Invalid(field, "must be a UUID");

    public static int Run(int run) => run > 0 ? run : throw Invalid("run", "must be positive");

    public static TimeSpan Lifetime(long seconds, string field = "lifetime_seconds") =>
        seconds >= LifetimeSeconds.Min && seconds <= LifetimeSeconds.Max
        ? TimeSpan.FromSeconds(seconds)
        : throw Invalid(
            field,
            string.Create(CultureInfo.InvariantCulture, $"must be from {LifetimeSeconds.Min} to {LifetimeSeconds.Max}"));

    public static RpcException UploadNotFound() =>
        RpcErrors.Reject(StatusCode.NotFound, V1.StorageErrorCodes.UploadNotFound, "The user has no such completed upload.");

    public static RpcException OutputNotFound() =>
        RpcErrors.Reject(StatusCode.NotFound, V1.StorageErrorCodes.OutputNotFound, "The job has no output.");

    public static RpcException OutputExpired() =>
        RpcErrors.Reject(StatusCode.NotFound, V1.StorageErrorCodes.Expired, "The job's output was removed.");

    public static RpcException Unavailable() =>
        RpcErrors.Reject(StatusCode.Unavailable, V1.StorageErrorCodes.StorageUnavailable, "The storage is unavailable.");

    private static RpcException Invalid(string field, string what) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, V1.StorageErrorCodes.InvalidArgument, $"{field} {what}.");
}
