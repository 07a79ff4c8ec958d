using System.Globalization;
using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage;

/// <summary>Maps the domain to REST and gRPC responses.</summary>
internal static class StorageMapping
{
    private static readonly (long Min, long Max) LifetimeSeconds = (60, 604_800);

    public static IResult ToResult(this Completion completion) => completion.Code switch
    {
        CompletionCode.Completed => TypedResults.Ok(
            new CompleteUploadResponse(completion.Upload!.Key, completion.Upload.SizeBytes, completion.Upload.ETag!)),
        CompletionCode.NotFound => Problems.NotFound("upload_not_found", "Upload not found"),
        CompletionCode.Expired => Problems.Of(StatusCodes.Status410Gone, "expired", "Expired",
            "The upload was removed. Start a new one."),
        CompletionCode.InvalidParts => Problems.Validation(
            ("parts", "upload_id and parts must match this upload, with every part once; omit both for an upload in one PUT")),
        CompletionCode.Incomplete => Problems.Of(StatusCodes.Status409Conflict, "upload_incomplete", "Upload incomplete",
            "The video is not in storage yet. PUT it to the signed URLs, then complete the upload again."),
        CompletionCode.Mismatch => Problems.Of(StatusCodes.Status400BadRequest, "upload_mismatch", "Upload mismatch",
            "The uploaded file differs from the declared size or type and was removed. Upload the declared file, or start a new upload."),
        CompletionCode.NotAVideo => Problems.Of(StatusCodes.Status415UnsupportedMediaType, "not_a_video", "Not a video",
            "The uploaded file does not begin as a video of a supported type does and was removed. Upload another file."),
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

    public static Guid Id(string field, string text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw Invalid(field, "must be a UUID");

    public static TimeSpan Lifetime(long seconds) => seconds >= LifetimeSeconds.Min && seconds <= LifetimeSeconds.Max
        ? TimeSpan.FromSeconds(seconds)
        : throw Invalid(
            "lifetime_seconds",
            string.Create(CultureInfo.InvariantCulture, $"must be from {LifetimeSeconds.Min} to {LifetimeSeconds.Max}"));

    public static RpcException UploadNotFound() =>
        RpcErrors.Reject(StatusCode.NotFound, V1.StorageErrorCodes.UploadNotFound, "The user has no such completed upload.");

    public static RpcException OutputNotFound() =>
        RpcErrors.Reject(StatusCode.NotFound, V1.StorageErrorCodes.OutputNotFound, "The job has no output.");

    public static RpcException Unavailable() =>
        RpcErrors.Reject(StatusCode.Unavailable, V1.StorageErrorCodes.StorageUnavailable, "The storage is unavailable.");

    private static RpcException Invalid(string field, string what) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, V1.StorageErrorCodes.InvalidArgument, $"{field} {what}.");
}
