using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>Lets Storage remove the files of jobs that have ended.</summary>
internal sealed partial class JobFiles(StorageService.StorageServiceClient storage, ILogger<JobFiles> logger)
{
    /// <summary>
    /// The job no longer needs its source, and its output is kept for a day from now. Not repeated when Storage does not answer:
    /// the files then stay until the job's signed links have ended.
    /// </summary>
    public async Task ReleaseAsync(Guid userId, Guid jobId, CancellationToken cancellationToken)
    {
        try
        {
            var request = new ReleaseWorkRequest { UserId = userId.ToString(), JobId = jobId.ToString() };
            await storage.ReleaseWorkAsync(request, cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (exception is RpcException || Outages.IsOutage(exception, cancellationToken))
        {
            LogNotReleased(jobId, Outages.Reason(exception));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The files of job {JobId} were not released and stay until its links have ended ({Reason})")]
    private partial void LogNotReleased(Guid jobId, string reason);
}
