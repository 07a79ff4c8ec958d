using System.Text.Json;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>The worker's side of the endpoint: what RunPod puts into its workers' environment as URLs.</summary>
internal static class WorkerApi
{
    private const int ResultLimitBytes = 10 * 1024 * 1024;
    private const int ChunkLimitBytes = 1024 * 1024;
    private const int LargestBatch = 100;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    public static void MapWorkers(this IEndpointRouteBuilder endpoint, OutsideWorkers workers)
    {
        endpoint.MapGet("/job-take/{workerId}", (string workerId, HttpContext context) => TakeAsync(
            workerId, workers, 1, jobs => Results.Json(View(jobs[0]), RunPodCloud.Json), context));
        endpoint.MapGet("/job-take-batch/{workerId}", (string workerId, int? batch_size, HttpContext context) => TakeAsync(
            workerId, workers, Math.Clamp(batch_size ?? 1, 1, LargestBatch),
            jobs => Results.Json(jobs.Select(View).ToArray(), RunPodCloud.Json), context));
        endpoint.MapPost("/job-stream/{workerId}/{jobId}", (string workerId, string jobId, HttpContext context) =>
            StreamAsync(workerId, jobId, workers, context));
        endpoint.MapPost("/job-done/{workerId}/{jobId}", (string workerId, string jobId, HttpContext context) =>
            DoneAsync(workerId, jobId, workers, context));
        endpoint.MapGet("/ping/{workerId}", (string workerId, string? job_id) =>
        {
            workers.Heard(workerId, (job_id ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries));
            return Results.Json(new { status = "ok" });
        });
        endpoint.MapGet("/job-stop/{workerId}", (string workerId, HttpContext context) => StopsAsync(workerId, workers, context));
    }

    private static object View(Job job) => new { id = job.Id, input = job.Request.Input, webhook = job.Request.Webhook };

    private static async Task TakeAsync(
        string workerId, OutsideWorkers workers, int most, Func<IReadOnlyList<Job>, IResult> answer, HttpContext context)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        wait.CancelAfter(LongestWait);
        try
        {
            var jobs = await workers.TakeAsync(workerId, most, wait.Token);
            try
            {
                await answer(jobs).ExecuteAsync(context);
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                foreach (var job in jobs)
                {
                    workers.GiveBack(job.Id, workerId);
                }
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

    /// <summary>A part of a result, or an error that takes the place of one.</summary>
    private static async Task StreamAsync(string workerId, string jobId, OutsideWorkers workers, HttpContext context)
    {
        if (await RunPodApi.BodyAsync(context, ChunkLimitBytes) is not { } text || Read(text) is not { } body
            || !(body.TryGetProperty("output", out _) || body.TryGetProperty("error", out _)))
        {
            await RunPodApi.Error(StatusCodes.Status400BadRequest, "the body must be a JSON object of at most 1 MB with output or error")
                .ExecuteAsync(context);
            return;
        }

        await Known(workers.Stream(jobId, workerId, body)).ExecuteAsync(context);
    }

    private static IResult Known(bool isKnown) => isKnown
        ? Results.Json(new { status = "ok" })
        : RunPodApi.Error(StatusCodes.Status404NotFound, "this worker has no such job");

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
        await Known(isKnown).ExecuteAsync(context);
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
