using Grpc.Core;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>Asks Storage for the sources of jobs.</summary>
internal sealed partial class JobSources(
    StorageService.StorageServiceClient storage, IOptions<JobsOptions> options, ILogger<JobSources> logger)
{
    /// <summary>What a completed upload of this user holds; null with the rejection.</summary>
    public Task<(SourceVideo? Source, AcceptResult? Rejection)> FindAsync(
        Guid userId, string key, CancellationToken cancellationToken) =>
        AskAsync(new GetUploadRequest { UserId = userId.ToString(), Key = key }, cancellationToken);

    /// <summary>The same, and the source stays until the job is dispatched, which keeps it for the run.</summary>
    public Task<(SourceVideo? Source, AcceptResult? Rejection)> KeepAsync(
        Guid userId, Guid operationId, string key, CancellationToken cancellationToken) =>
        AskAsync(
            new GetUploadRequest
            {
                UserId = userId.ToString(),
                Key = key,
                JobId = operationId.ToString(),
                NeededSeconds = Math.Max(60, options.Value.QueueTimeoutSeconds),
            },
            cancellationToken);

    private async Task<(SourceVideo?, AcceptResult?)> AskAsync(GetUploadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var video = (await storage.GetUploadAsync(request, cancellationToken: cancellationToken)).Video;
            return (new SourceVideo(video.DurationMs / 1000m, video.Width, video.Height, video.FrameRate), null);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return (null, new AcceptResult.SourceNotFound());
        }
        catch (Exception exception) when (Outages.IsOutage(exception, cancellationToken))
        {
            LogStorageUnavailable(exception.Message);
            return (null, new AcceptResult.StorageUnavailable());
        }
    }

    [LoggerMessage(LogLevel.Warning, "Storage did not answer what a source is ({Reason})")]
    private partial void LogStorageUnavailable(string reason);
}
