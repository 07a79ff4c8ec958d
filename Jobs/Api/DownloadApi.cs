using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>Signs links to outputs.</summary>
internal static class DownloadApi
{
    // Storage forgets removed files after a while; whatever a completed job wrote is gone by then.
    private static readonly TimeSpan OutputLifetime = TimeSpan.FromDays(1);

    public static async Task<IResult> GetAsync(
        string jobId, Caller caller, HttpContext context, JobQueries queries, StorageService.StorageServiceClient storage,
        TimeProvider time, string? redirect = null)
    {
        if (!JobIds.TryParse(jobId, out var id))
        {
            return JobsApi.JobNotFound();
        }
        if (redirect is not (null or "1"))
        {
            return Problems.Validation(("redirect", "must be 1 or absent"));
        }
        if (await queries.FindAsync(caller.UserId, id, context.RequestAborted) is not { } job)
        {
            return JobsApi.JobNotFound();
        }
        if (job.Status != JobStatus.Completed)
        {
            return Problems.Of(
                StatusCodes.Status409Conflict, "job_not_completed", "Job not completed",
                "The output exists once the job has completed.", ("job_status", job.Status.ToWire()));
        }
        try
        {
            var request = new SignDownloadRequest
            {
                UserId = job.UserId.ToString(),
                OutputKey = job.OutputKey,
                Filename = $"{job.Type.ToWire()}-{job.JobId}.mp4",
                ClientAddress = CallerAddress.Of(context) ?? "",
            };
            var signed = await storage.SignDownloadAsync(request, cancellationToken: context.RequestAborted);
            return redirect is not null
                ? Results.Redirect(signed.Url)
                : Results.Ok(new DownloadView(signed.Url, signed.ExpiresAt.ToDateTimeOffset(), signed.Filename));
        }
        catch (RpcException exception) when (exception.ErrorCode() == StorageErrorCodes.Expired
            || (exception.StatusCode == StatusCode.NotFound && time.GetUtcNow() > job.UpdatedAt + OutputLifetime))
        {
            return Problems.Of(
                StatusCodes.Status410Gone, "expired", "Expired", "The output was removed: outputs are kept for a day. Run the job again.");
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return Problems.NotFound("output_not_found", "Output not found");
        }
        catch (Exception exception) when (Outages.IsOutage(exception, context.RequestAborted))
        {
            return Problems.Unavailable("storage_unavailable", "Storage unavailable");
        }
    }
}
