using System.Text.Json;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>Receives RunPod's callbacks. The route is public; a request without a valid token is answered with 404.</summary>
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
                return Problems.Validation(("id", $"must be 1 to {RunPodJson.MaxIdLength} of A-Z a-z 0-9 _ - . :"));
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
