using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace ReelBallers.Benchmarks;

/// <summary>Makes one job after another and takes the times of its way.</summary>
internal sealed class JobsFlowCaller(ServiceProcess jobs, JobsClouds clouds, JobsUsers users, TimeSpan patience) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null })
    {
        BaseAddress = jobs.Address,
        Timeout = patience,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private Stage _acceptance = new();
    private Stage _submission = new();
    private Stage _callback = new();
    private Stage _change = new();

    /// <summary>A job: accepted, submitted, and its stream of events told that it runs after RunPod's callback.</summary>
    public async Task RunJobAsync(CancellationToken cancellationToken)
    {
        using var create = users.CreateJob();
        var user = create.Headers.GetValues(InternalHeaders.UserId).Single();
        var begin = Stopwatch.GetTimestamp();
        using var created = await SendAsync(create, HttpCompletionOption.ResponseContentRead, HttpStatusCode.Accepted, cancellationToken);
        var accepted = Stopwatch.GetTimestamp();
        _acceptance.Add(Stopwatch.GetElapsedTime(begin, accepted));
        using var body = JsonDocument.Parse(await created.Content.ReadAsByteArrayAsync(cancellationToken));
        var jobId = body.RootElement.GetProperty("job_id").GetGuid();
        var submission = await clouds.SubmissionAsync(jobId).WaitAsync(patience, cancellationToken);
        _submission.Add(Stopwatch.GetElapsedTime(accepted, submission.Timestamp));
        await WatchAsync(user, jobId, submission, cancellationToken);
    }

    /// <summary>The times since the last call.</summary>
    public (Measurement Acceptance, Measurement Submission, Measurement Callback, Measurement Change) Take()
    {
        var taken = (_acceptance.Taken, _submission.Taken, _callback.Taken, _change.Taken);
        (_acceptance, _submission, _callback, _change) = (new Stage(), new Stage(), new Stage(), new Stage());
        return taken;
    }

    public void Dispose() => _http.Dispose();

    private async Task WatchAsync(string user, Guid jobId, JobSubmission submission, CancellationToken cancellationToken)
    {
        using var watch = ServiceRequest.Create(HttpMethod.Get, $"/api/jobs/{jobId}/events", user);
        using var stream = await SendAsync(watch, HttpCompletionOption.ResponseHeadersRead, HttpStatusCode.OK, cancellationToken);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(cancellationToken));
        await UntilAsync(lines, "\"queued\"", cancellationToken);
        clouds.SetStatus(submission.RunPodId, "IN_PROGRESS");
        var begin = Stopwatch.GetTimestamp();
        using var callBack = ServiceRequest.Create(
            HttpMethod.Post, submission.Webhook, userId: null, $$"""{"id":"{{submission.RunPodId}}","status":"IN_PROGRESS"}""");
        var answering = SendAsync(callBack, HttpCompletionOption.ResponseContentRead, HttpStatusCode.OK, cancellationToken);
        var change = UntilAsync(lines, "\"running\"", cancellationToken);
        using var answer = await answering;
        _callback.Add(Stopwatch.GetElapsedTime(begin));
        _change.Add(Stopwatch.GetElapsedTime(begin, await change));
    }

    /// <summary>Reads up to an event with this text, and returns when it came.</summary>
    private async Task<long> UntilAsync(StreamReader lines, string text, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        while (await lines.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal))
            {
                return Stopwatch.GetTimestamp();
            }
        }
        throw new BenchmarkException($"A stream ended before an event with {text}.");
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, HttpCompletionOption completion, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        var response = await _http.SendAsync(request, completion, cancellationToken);
        return response.StatusCode == expected
            ? response
            : throw new BenchmarkException($"{request.Method} {request.RequestUri}: {(int)response.StatusCode}");
    }

    private sealed class Stage
    {
        private readonly Latencies _latencies = new();
        private TimeSpan _sum;

        public Measurement Taken => new(_latencies.Count, _sum.TotalSeconds, _latencies, ServerCpu: null, ClientCpu: null);

        public void Add(TimeSpan time)
        {
            _latencies.Add(time);
            _sum += time;
        }
    }
}
