using System.Text.Json;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Where RunPod reports that a job has ended. Anyone can post here: the token decides whether it is heard.</summary>
internal static class CallbackApi
{
    public static async Task<IResult> ReceiveAsync(
        string jobId, HttpRequest request, CallbackToken token, JobCallback callback, CancellationToken cancellationToken)
    {
        if (!JobIds.TryParse(jobId, out var id) || !token.IsValid(id, request.Query["token"]))
        {
            return JobsApi.JobNotFound();
        }
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            if (body.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Problems.Validation(NotAStatus);
            }
            var runPodId = RunPodJson.Id(body.RootElement);
            if (runPodId is null && RunPodJson.Member(body.RootElement, "id") is not null)
            {
                return Problems.Validation(("id", $"must be 1 to {RunPodJson.LongestId} of A-Z a-z 0-9 _ - . :"));
            }
            await callback.ReceiveAsync(id, runPodId, cancellationToken);
            return Results.Ok(new ReceivedView(true));
        }
        catch (JsonException)
        {
            return Problems.Validation(NotAStatus);
        }
    }

    private static (string Field, string Message) NotAStatus => ("body", "must be RunPod's status object");
}
