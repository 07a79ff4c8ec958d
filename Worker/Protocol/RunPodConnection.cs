using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace ReelBallers.Worker;

/// <summary>The calls of RunPod's worker protocol.</summary>
internal sealed partial class RunPodConnection : IDisposable
{
    private const int ResultTries = 3;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(5);

    private readonly RunPodEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly ILogger<RunPodConnection> _log;
    private readonly HttpClient _http;

    public RunPodConnection(RunPodEnvironment environment, TimeProvider time, ILogger<RunPodConnection> log)
    {
        _environment = environment;
        _time = time;
        _log = log;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        // The key stands alone, without a scheme.
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", environment.ApiKey);
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("ReelBallers-Worker/1.0");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Waits for a job, as long as RunPod lets it wait.</summary>
    /// <returns>Null when there is none; after a failure only after a pause.</returns>
    public async Task<TakenJob?> TakeAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await GetAsync(_environment.Take(hasJob: false), LongestWait, cancellationToken);
        switch (status)
        {
            case HttpStatusCode.OK:
                return TakenJob.Read(body);
            // A worker that was just woken from a snapshot gets 400.
            case HttpStatusCode.NoContent or HttpStatusCode.BadRequest or null:
                break;
            default:
                Refused(_log, "job-take", (int)status);
                break;
        }

        if (status is not HttpStatusCode.NoContent)
        {
            await Task.Delay(status is HttpStatusCode.TooManyRequests ? BusyPause : Pause, _time, cancellationToken);
        }

        return null;
    }

    /// <returns>The jobs that this worker is to leave; after a failure, none and only after a pause.</returns>
    public async Task<IReadOnlyList<string>> StopsAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await GetAsync(_environment.Stops(), LongestWait, cancellationToken);
        if (status == HttpStatusCode.OK && ReadStops(body) is { } stops)
        {
            return stops;
        }

        if (status is not HttpStatusCode.NoContent)
        {
            await Task.Delay(BusyPause, _time, cancellationToken);
        }

        return [];
    }

    /// <summary>Says that the worker lives and works on the job.</summary>
    public async Task PingAsync(string? jobId, CancellationToken cancellationToken)
    {
        if (_environment.Ping(jobId) is { } url)
        {
            await GetAsync(url, _environment.PingInterval * 2, cancellationToken);
        }
    }

    /// <summary>Tried once: the next progress replaces one that is lost.</summary>
    public Task ProgressAsync(TakenJob job, int percent, CancellationToken cancellationToken) => AskAsync(
        () => Post(job, new JsonObject { ["status"] = "IN_PROGRESS", ["output"] = new JsonObject { ["progress"] = percent } }),
        CallLimit, cancellationToken);

    /// <summary>Delivers a result until RunPod has it or does not know the job any more.</summary>
    public async Task DoneAsync(TakenJob job, JsonObject result, CancellationToken cancellationToken)
    {
        for (var (attempt, pause) = (1, Pause); ; attempt++, pause *= 2)
        {
            var (status, _) = await AskAsync(() => Post(job, result), CallLimit, cancellationToken);
            if (status is { } code && (int)code is (>= 200 and < 300) or 404)
            {
                return;
            }

            if (attempt == ResultTries)
            {
                ResultLost(_log, job.Id, (int?)status);
                return;
            }

            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private HttpRequestMessage Post(TakenJob job, JsonObject body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _environment.Done(job.Id))
        {
            Content = new StringContent(body.ToJsonString()),
        };
        // RunPod's own workers say so, though the text is JSON.
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        request.Headers.Add("X-Request-ID", job.Id);
        return request;
    }

    private Task<(HttpStatusCode? Status, string Body)> GetAsync(Uri url, TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync(() => new HttpRequestMessage(HttpMethod.Get, url), wait, cancellationToken);

    private async Task<(HttpStatusCode? Status, string Body)> AskAsync(
        Func<HttpRequestMessage> request, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(wait, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var message = request();
            using var answer = await _http.SendAsync(message, end.Token);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(end.Token));
        }
        catch (HttpRequestException failure)
        {
            Unreachable(_log, failure.Message);
            return (null, "");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "");
        }
    }

    private static string[]? ReadStops(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["jobsToStop"] is JsonArray jobs ? [.. jobs.Select(job => (string?)job ?? "")] : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "RunPod answered {Call} with {Status}")]
    private static partial void Refused(ILogger log, string call, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "RunPod cannot be reached: {Reason}")]
    private static partial void Unreachable(ILogger log, string reason);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "RunPod did not take the result of job {JobId} (last status {Status}); the manifest has it")]
    private static partial void ResultLost(ILogger log, string jobId, int? status);
}
