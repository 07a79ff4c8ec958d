using System.Text.Json;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>The worker's side of the endpoint: what RunPod puts into its workers' environment as URLs.</summary>
internal static class WorkerApi
{
    private const int ResultLimitBytes = 10 * 1024 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    public static void MapWorkers(this IEndpointRouteBuilder endpoint, OutsideWorkers workers)
    {
        endpoint.MapGet("/job-take/{workerId}", (string workerId, HttpContext context) => TakeAsync(workerId, workers, context));
        endpoint.MapPost("/job-done/{workerId}/{jobId}", (string workerId, string jobId, HttpContext context) =>
            DoneAsync(workerId, jobId, workers, context));
        endpoint.MapGet("/ping/{workerId}", (string workerId, string? job_id) =>
        {
            workers.Heard(workerId, (job_id ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries));
            return Results.Json(new { status = "ok" });
        });
        endpoint.MapGet("/job-stop/{workerId}", (string workerId, HttpContext context) => StopsAsync(workerId, workers, context));
    }

    private static async Task TakeAsync(string workerId, OutsideWorkers workers, HttpContext context)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        wait.CancelAfter(LongestWait);
        try
        {
            var job = await workers.TakeAsync(workerId, wait.Token);
            try
            {
                await Results.Json(new { id = job.Id, input = job.Request.Input, webhook = job.Request.Webhook }, RunPodCloud.Json)
                    .ExecuteAsync(context);
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                workers.GiveBack(job.Id, workerId);
            }
        }
        catch (OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private static async Task StopsAsync(string workerId, OutsideWorkers workers, HttpContext context)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        wait.CancelAfter(LongestWait);
        try
        {
            var stops = await workers.StopsAsync(workerId, wait.Token);
            await Results.Json(new { jobsToStop = stops }).ExecuteAsync(context);
        }
        catch (OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    /// <summary>A result, or a progress when it says that the job goes on.</summary>
    private static async Task DoneAsync(string workerId, string jobId, OutsideWorkers workers, HttpContext context)
    {
        if (await RunPodApi.BodyAsync(context, ResultLimitBytes) is not { } text || Read(text) is not { } body)
        {
            await RunPodApi.Error(StatusCodes.Status400BadRequest, "the body must be a JSON object of at most 10 MB").ExecuteAsync(context);
            return;
        }

        JsonElement? output = body.TryGetProperty("output", out var value) ? value : null;
        var error = body.TryGetProperty("error", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString() : null;
        var isProgress = body.TryGetProperty("status", out var status)
            && status.ValueKind == JsonValueKind.String && status.GetString() == "IN_PROGRESS";
        var isKnown = isProgress
            ? workers.Progress(jobId, workerId, output ?? default)
            : workers.Done(jobId, workerId, output, error);
        var answer = isKnown
            ? Results.Json(new { status = "ok" })
            : RunPodApi.Error(StatusCodes.Status404NotFound, "this worker has no such job");
        await answer.ExecuteAsync(context);
    }

    private static JsonElement? Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
