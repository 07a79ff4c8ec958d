using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace ReelBallers.Storage;

/// <summary>The gRPC service, which other services call.</summary>
internal sealed class StorageService(
    Uploads uploads, UploadVerification verification, JobFiles files, OutputReader outputs, FileUses uses, Quotas quotas,
    DownloadLog downloads, FileLists lists, Erasure erasure, TimeProvider time)
    : V1.StorageService.StorageServiceBase
{
    public override async Task<V1.GetUploadResponse> GetUpload(V1.GetUploadRequest request, ServerCallContext context)
    {
        var userId = StorageMapping.Id("user_id", request.UserId);
        var upload = await uploads.FindCompletedAsync(userId, request.Key, context.CancellationToken)
            ?? throw StorageMapping.UploadNotFound();
        var facts = await CallAsync(() => verification.FactsAsync(upload, context.CancellationToken))
            ?? throw StorageMapping.UploadNotFound();
        if (request.JobId.Length > 0 && !await uses.KeepSourceAsync(
            upload, StorageMapping.Id("job_id", request.JobId), StorageMapping.Lifetime(request.NeededSeconds, "needed_seconds"),
            context.CancellationToken))
        {
            throw StorageMapping.UploadNotFound();
        }

        return new V1.GetUploadResponse
        {
            Key = upload.Key,
            ContentType = upload.ContentType,
            SizeBytes = upload.SizeBytes,
            Video = facts.ToMessage(),
        };
    }

    public override async Task<V1.SignWorkResponse> SignWork(V1.SignWorkRequest request, ServerCallContext context)
    {
        var (userId, jobId) = (StorageMapping.Id("user_id", request.UserId), StorageMapping.Id("job_id", request.JobId));
        var lifetime = StorageMapping.Lifetime(request.LifetimeSeconds);
        var signing = await CallAsync(() => files.SignWorkAsync(
            userId, request.SourceKey, jobId, StorageMapping.Run(request.Run), lifetime, context.CancellationToken));
        return signing.ToResponse();
    }

    public override async Task<V1.ReleaseWorkResponse> ReleaseWork(V1.ReleaseWorkRequest request, ServerCallContext context)
    {
        var (userId, jobId) = (StorageMapping.Id("user_id", request.UserId), StorageMapping.Id("job_id", request.JobId));
        await uses.ReleaseAsync(userId, jobId, context.CancellationToken);
        return new V1.ReleaseWorkResponse();
    }

    public override async Task<V1.MarkPaidResponse> MarkPaid(V1.MarkPaidRequest request, ServerCallContext context)
    {
        await quotas.MarkPaidAsync(StorageMapping.Id("user_id", request.UserId), context.CancellationToken);
        return new V1.MarkPaidResponse();
    }

    public override async Task<V1.ReadOutputResponse> ReadOutput(V1.ReadOutputRequest request, ServerCallContext context)
    {
        var (userId, jobId) = (StorageMapping.Id("user_id", request.UserId), StorageMapping.Id("job_id", request.JobId));
        var run = StorageMapping.Run(request.Run);
        return (await CallAsync(() => outputs.ReadAsync(userId, jobId, run, context.CancellationToken))).ToResponse();
    }

    public override async Task<V1.SignDownloadResponse> SignDownload(V1.SignDownloadRequest request, ServerCallContext context)
    {
        var userId = StorageMapping.Id("user_id", request.UserId);
        var (isGone, found) = await CallAsync(() => files.SignDownloadAsync(
            userId, request.OutputKey, request.Filename, StorageMapping.Address(request.ClientAddress), context.CancellationToken));
        var link = found ?? throw (isGone ? StorageMapping.OutputExpired() : StorageMapping.OutputNotFound());
        return new V1.SignDownloadResponse { Url = link.Url, ExpiresAt = link.ExpiresAt.ToTimestamp(), Filename = link.Filename };
    }

    public override async Task<V1.ListDownloadsResponse> ListDownloads(V1.ListDownloadsRequest request, ServerCallContext context)
    {
        var userId = StorageMapping.Id("user_id", request.UserId);
        var (since, after) = (StorageMapping.Since(request.Since), StorageMapping.After(request.Cursor));
        var limit = StorageMapping.Limit(request.Limit);
        var found = await downloads.ListAsync(userId, since, after, limit + 1, context.CancellationToken);
        var response = new V1.ListDownloadsResponse
        {
            NextCursor = found.Count > limit ? new DownloadCursor(found[limit - 1].DownloadId).ToString() : "",
        };
        response.Downloads.AddRange(found.Take(limit).Select(download => download.ToMessage()));
        return response;
    }

    public override async Task<V1.ListFilesResponse> ListFiles(V1.ListFilesRequest request, ServerCallContext context)
    {
        var userId = StorageMapping.Id("user_id", request.UserId);
        var (after, limit) = (StorageMapping.AfterFile(request.Cursor), StorageMapping.Limit(request.Limit));
        var found = await lists.ListAsync(userId, after, limit + 1, context.CancellationToken);
        var response = new V1.ListFilesResponse
        {
            NextCursor = found.Count > limit ? new FileCursor(found[limit - 1].CreatedAt, found[limit - 1].Id).ToString() : "",
        };
        var now = time.GetUtcNow();
        response.Files.AddRange(found.Take(limit).Select(file => file.ToMessage(now)));
        return response;
    }

    public override async Task<V1.ErasePersonResponse> ErasePerson(V1.ErasePersonRequest request, ServerCallContext context)
    {
        await erasure.EraseAsync(StorageMapping.Id("user_id", request.UserId), context.CancellationToken);
        return new V1.ErasePersonResponse();
    }

    private static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StorageUnavailableException)
        {
            throw StorageMapping.Unavailable();
        }
    }
}
