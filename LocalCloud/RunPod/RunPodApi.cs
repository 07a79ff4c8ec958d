using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReelBallers.Media;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>The endpoint's operations on the wire.</summary>
internal static class RunPodApi
{
    private const string ApiKey = "rp_local";
    private const int RunLimitBytes = 10 * 1024 * 1024;
    private const int RunSyncLimitBytes = 20 * 1024 * 1024;
    private const int DefaultWaitMs = 90_000;
    private const string WrongWait = "wait must be an integer from 1000 to 300000";
    private const int StreamWaits = 10;

    private static readonly TimeSpan StreamPause = TimeSpan.FromMilliseconds(100);

    public static void MapRunPod(this WebApplication app, JobBook book, LocalCloudOptions options)
    {
        app.Use(RefuseStrangersAsync);
        app.MapGet("/health", OwnHealthAsync);
        var endpoint = app.MapGroup(RunPodCloud.Base);
        endpoint.MapPost("/run", context => RunAsync(context, book));
        endpoint.MapPost("/runsync", context => RunSyncAsync(context, book, options.Time));
        endpoint.MapMethods("/status/{id}", ["GET", "POST"], (string id) => book.Find(id) is { } job ? Answer(job) : UnknownJob());
        endpoint.MapGet("/status-sync/{id}", (string id, HttpContext context) => StatusSyncAsync(id, context, book, options.Time));
        endpoint.MapGet("/stream/{id}", (string id, CancellationToken cancellationToken) => StreamAsync(id, book, cancellationToken));
        endpoint.MapPost("/cancel/{id}", (string id) => book.Cancel(id) is { } job ? Answer(job) : UnknownJob());
        endpoint.MapPost("/retry/{id}", (string id) => Retry(id, book));
        endpoint.MapPost("/purge-queue", () => Answer(new { removed = book.Purge(), status = "completed" }));
        endpoint.MapWorkers(app.Services.GetRequiredService<OutsideWorkers>());
        endpoint.MapGet("/health", (Workers workers, OutsideWorkers outside) => Answer(new
        {
            jobs = book.Count(),
            workers = new
            {
                idle = Math.Max(0, options.RunPodWorkers - workers.Busy),
                initializing = 0,
                ready = Math.Max(0, options.RunPodWorkers - workers.Busy),
                running = workers.Busy + outside.Busy,
                throttled = 0,
                unhealthy = 0,
            },
        }));
        app.MapFallback(() => Error(StatusCodes.Status404NotFound, "there is no such endpoint or operation"));
    }

    private static Task RefuseStrangersAsync(HttpContext context, RequestDelegate next)
    {
        var given = context.Request.Headers.Authorization.ToString();
        var key = given.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? given["Bearer ".Length..].Trim() : given;
        return context.Request.Path == "/health"
            || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(ApiKey))
            ? next(context)
            : Error(StatusCodes.Status401Unauthorized, "the API key is missing or wrong").ExecuteAsync(context);
    }

    /// <summary>Specific to LocalCloud: whether its workers are able to work.</summary>
    private static async Task<IResult> OwnHealthAsync(FfmpegFinder finder, CancellationToken cancellationToken)
    {
        try
        {
            await finder.FindAsync(cancellationToken);
            return Answer(new { status = "healthy" });
        }
        catch (FfmpegException failure)
        {
            return Results.Json(new { status = "unhealthy", error = failure.Message },
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task RunAsync(HttpContext context, JobBook book)
    {
        var (request, refusal) = await ReadAsync(context, RunLimitBytes);
        var answer = request is null ? refusal! : Answer(new JobReference(book.Add(request, "run").Id, JobStatus.InQueue));
        await answer.ExecuteAsync(context);
    }

    private static async Task RunSyncAsync(HttpContext context, JobBook book, TimeProvider time)
    {
        if (Wait(context.Request) is not { } wait)
        {
            await Error(StatusCodes.Status400BadRequest, WrongWait).ExecuteAsync(context);
            return;
        }

        var (request, refusal) = await ReadAsync(context, RunSyncLimitBytes);
        if (request is null)
        {
            await refusal!.ExecuteAsync(context);
            return;
        }

        await AnswerAtEndAsync(book.Add(request, "runsync").Id, wait, context, book, time);
    }

    /// <summary>The status, as soon as the job has ended; not documented, but the official SDK asks for it after runsync.</summary>
    private static Task StatusSyncAsync(string id, HttpContext context, JobBook book, TimeProvider time) =>
        Wait(context.Request) is { } wait
        ? AnswerAtEndAsync(id, wait, context, book, time)
        : Error(StatusCodes.Status400BadRequest, WrongWait).ExecuteAsync(context);

    private static async Task AnswerAtEndAsync(string id, TimeSpan wait, HttpContext context, JobBook book, TimeProvider time)
    {
        try
        {
            await book.EndOf(id).WaitAsync(wait, time, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            // The caller asks for the status from now on.
        }

        await (book.Find(id) is { } job ? Answer(job) : UnknownJob()).ExecuteAsync(context);
    }

    /// <summary>Waits a little for a part of the result, since callers ask again at once.</summary>
    private static async Task<IResult> StreamAsync(string id, JobBook book, CancellationToken cancellationToken)
    {
        for (var left = StreamWaits; ; left--)
        {
            if (book.TakeChunks(id) is not (var status, var chunks))
            {
                return UnknownJob();
            }

            if (chunks.Length > 0 || left == 0 || status is not (JobStatus.InQueue or JobStatus.InProgress))
            {
                return Answer(new { status, stream = chunks });
            }

            await Task.Delay(StreamPause, cancellationToken);
        }
    }

    private static TimeSpan? Wait(HttpRequest request)
    {
        var text = request.Query["wait"].ToString();
        if (text.Length == 0)
        {
            return TimeSpan.FromMilliseconds(DefaultWaitMs);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wait) && wait is >= 1000 and <= 300_000
            ? TimeSpan.FromMilliseconds(wait)
            : null;
    }

    private static async Task<(JobRequest? Request, IResult? Refusal)> ReadAsync(HttpContext context, int limit)
    {
        if (await BodyAsync(context, limit) is not { } body)
        {
            return (null, Error(StatusCodes.Status400BadRequest, $"the body is larger than {limit >> 20} MB"));
        }

        var (request, error) = JobRequest.Read(body);
        return (request, request is null ? Error(StatusCodes.Status400BadRequest, error) : null);
    }

    /// <returns>Null when it is larger than the limit.</returns>
    internal static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpContext context, int limit)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > limit)
            {
                return null;
            }
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static IResult Retry(string id, JobBook book) => book.Retry(id) switch
    {
        null => UnknownJob(),
        true => Answer(new JobReference(id, JobStatus.InQueue)),
        false => Error(StatusCodes.Status400BadRequest, "only a job that is FAILED or TIMED_OUT can be retried"),
    };

    private static IResult UnknownJob() => Error(StatusCodes.Status404NotFound, "there is no such job");

    internal static IResult Error(int status, string message) =>
        Results.Json(new { error = message }, RunPodCloud.Json, statusCode: status);

    private static IResult Answer<T>(T body) => Results.Json(body, RunPodCloud.Json);
}
