using Grpc.Core;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>Prepares a submission: the signed URLs, the work, the callback and the limits.</summary>
internal sealed class RunPodWork(StorageService.StorageServiceClient storage, CallbackToken callback, IOptions<JobsOptions> options)
{
    /// <summary>The request, or the code by which Storage rejects the source.</summary>
    public async Task<(RunPodRequest? Request, string? Rejection)> PrepareAsync(
        Job job, int run, CancellationToken cancellationToken)
    {
        var request = new SignWorkRequest
        {
            UserId = job.UserId.ToString(),
            SourceKey = job.SourceKey,
            JobId = job.JobId.ToString(),
            Run = run,
            LifetimeSeconds = (long)options.Value.UrlLifetime(job.PaidSeconds).TotalSeconds,
        };
        try
        {
            return (RequestFor(job, await storage.SignWorkAsync(request, cancellationToken: cancellationToken)), null);
        }
        catch (RpcException exception) when (exception.ErrorCode() is StorageErrorCodes.UploadNotFound or StorageErrorCodes.SourceChanged)
        {
            return (null, exception.ErrorCode());
        }
    }

    private RunPodRequest RequestFor(Job job, SignWorkResponse work) => new(
        new RunPodInput(
            job.Type.ToWire(), work.SourceUrl, work.SourceEtag, work.OutputBucket, work.OutputKey, work.OutputUrl, work.ManifestUrl,
            job.Work.CropKeyframes, job.Work.OverlayLayers, job.Work.UpscaleModel, job.Work.TargetFps,
            job.Work.TargetResolution, job.Work.Track, job.PaidSeconds),
        callback.UrlFor(job.JobId),
        new RunPodPolicy(
            (long)options.Value.ExecutionTimeout(job.PaidSeconds).TotalMilliseconds,
            (long)Math.Max(options.Value.Lifetime(job.PaidSeconds).TotalMilliseconds, 10_000)));
}
