using System.Net;
using System.Text.Json;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>Delivers callbacks of finished jobs: up to three attempts, ten seconds apart, until one is answered with 200.</summary>
internal sealed partial class CallbackSender(JobBook book, FaultStore faults, LocalCloudOptions options, ILogger<CallbackSender> log)
    : BackgroundService
{
    private const int Tries = 3;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long a callback that is to follow the next one waits for it.</summary>
    private static readonly TimeSpan ReorderLimit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = AnswerLimit,
    };

    private TaskCompletionSource? _held;

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new List<Task>();
        try
        {
            await foreach (var callback in book.Callbacks.ReadAllAsync(stoppingToken))
            {
                // Not awaited here: a webhook that does not answer must not delay the others.
                underWay.RemoveAll(send => send.IsCompleted);
                underWay.Add(SendAsync(callback, stoppingToken));
            }
        }
        finally
        {
            // A callback interrupted by the shutdown is sent after the next start; no job's file is written after the stop.
            await Task.WhenAll(underWay);
        }
    }

    private async Task SendAsync(Callback callback, CancellationToken cancellationToken)
    {
        try
        {
            if (Strike(FaultKind.DropWebhook, callback) is not null)
            {
                book.CallbackDone(callback);
                return;
            }

            var copies = Strike(FaultKind.DoubleWebhook, callback) is null ? 1 : 2;
            if (Strike(FaultKind.DelayWebhook, callback) is { } delay)
            {
                await Task.Delay(delay.Delay, options.Time, cancellationToken);
            }

            var before = Interlocked.Exchange(ref _held, null);
            if (before is null && Strike(FaultKind.ReorderWebhook, callback) is not null)
            {
                await WaitForNextAsync(cancellationToken);
            }

            for (var copy = 0; copy < copies; copy++)
            {
                await DeliverAsync(callback, cancellationToken);
            }

            before?.TrySetResult();
            book.CallbackDone(callback);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Still due: the next start sends it.
        }
        catch (Exception failure)
        {
            Broken(log, callback.JobId, failure);
        }
    }

    private async Task WaitForNextAsync(CancellationToken cancellationToken)
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held = next;
        try
        {
            await next.Task.WaitAsync(ReorderLimit, options.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Interlocked.CompareExchange(ref _held, null, next);
        }
    }

    private async Task DeliverAsync(Callback callback, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(callback.View, RunPodCloud.Json);
        for (var attempt = 1; ; attempt++)
        {
            var problem = await PostAsync(callback.Url, body, cancellationToken);
            if (problem is null)
            {
                return;
            }

            if (attempt == Tries)
            {
                Lost(log, callback.JobId, problem);
                return;
            }

            await Task.Delay(RetryPause, options.Time, cancellationToken);
        }
    }

    private async Task<string?> PostAsync(string url, byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        try
        {
            using var answer = await _http.PostAsync(new Uri(url), content, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException)
        {
            return "it cannot be reached";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "it did not answer in time";
        }
    }

    private Fault? Strike(FaultKind kind, Callback callback) => faults.Strike(CloudName.RunPod, kind, callback.Subject, callback.Event);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The callback of job {JobId} was not delivered: {Problem}")]
    private static partial void Lost(ILogger log, string jobId, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The callback of job {JobId} was not delivered")]
    private static partial void Broken(ILogger log, string jobId, Exception failure);
}
