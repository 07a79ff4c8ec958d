using System.Text.Json;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Where RunPod reports that a job has ended. Anybody can post here: the token decides whether it is heard.</summary>
internal static class CallbackApi
{
    public static async Task<IResult> TakeAsync(
        Guid jobId, HttpRequest request, CallbackToken token, JobCallback callback, CancellationToken cancellationToken)
    {
        if (!token.IsValid(jobId, request.Query["token"]))
        {
            return JobsApi.JobNotFound();
        }
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            await callback.TakeAsync(jobId, RunPodJson.Text(body.RootElement, "id"), cancellationToken);
            return Results.Ok(new ReceivedView(true));
        }
        catch (JsonException)
        {
            return Problems.Validation(("body", "must be RunPod's status object"));
        }
    }
}
