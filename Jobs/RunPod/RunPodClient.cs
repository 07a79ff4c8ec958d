using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>RunPod's serverless API. An outage is a result, not an exception: what it means differs by call.</summary>
internal sealed class RunPodClient(
    IHttpClientFactory clients, RunPodAccount account, TimeProvider time, IOptions<RunPodOptions> options)
{
    public const string HttpClientName = "runpod";
    public const string RunOperation = "run";

    private const string StatusOperation = "status";
    private const string CancelOperation = "cancel";

    private const int MaxResponseBytes = 1024 * 1024;

    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string EndpointId => options.Value.EndpointId;

    public static void Configure(IServiceProvider services, HttpClient client)
    {
        var options = services.GetRequiredService<IOptions<RunPodOptions>>().Value;
        client.BaseAddress = new Uri(options.BaseUrl.TrimEnd('/') + "/");
        client.Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        client.MaxResponseContentBufferSize = MaxResponseBytes;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
    }

    // A redirect would send the key to another host.
    public static HttpMessageHandler CreateHandler() =>
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>
    /// Submits a job. RunPod has no idempotency key: the result tells whether a submission may be repeated.
    /// </summary>
    public async Task<SubmitResult> SubmitAsync(RunPodRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, Json));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var client = clients.CreateClient(HttpClientName);
            using var response = await client.PostAsync(new Uri($"{EndpointId}/{RunOperation}", UriKind.Relative), content, cancellationToken);
            account.Observe(RunOperation, response.StatusCode);
            return await ReadSubmissionAsync(response, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return new SubmitResult.Unavailable($"no connection ({exception.HttpRequestError})");
        }
        catch (HttpRequestException exception)
        {
            return new SubmitResult.Unknown($"no answer ({exception.HttpRequestError})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SubmitResult.Unknown("no answer in time");
        }
    }

    public async Task<RunPodStatus> StatusAsync(string endpointId, string runPodId, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(HttpClientName);
            using var response = await client.GetAsync(JobUri(endpointId, StatusOperation, runPodId), cancellationToken);
            account.Observe(StatusOperation, response.StatusCode);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => ReadStatus(await response.Content.ReadAsByteArrayAsync(cancellationToken)),
                HttpStatusCode.NotFound => new RunPodStatus.NotFound(),
                _ => new RunPodStatus.Unreachable($"HTTP {(int)response.StatusCode}", RetryAfter(response)),
            };
        }
        catch (HttpRequestException exception)
        {
            return new RunPodStatus.Unreachable(exception.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RunPodStatus.Unreachable("no answer in time");
        }
    }

    /// <returns>True when RunPod has cancelled the job, or has no job with this id.</returns>
    public async Task<bool> CancelAsync(string endpointId, string runPodId, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(HttpClientName);
            using var response = await client.PostAsync(JobUri(endpointId, CancelOperation, runPodId), content: null, cancellationToken);
            account.Observe(CancelOperation, response.StatusCode);
            return response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static Uri JobUri(string endpointId, string operation, string runPodId) =>
        new($"{Uri.EscapeDataString(endpointId)}/{operation}/{Uri.EscapeDataString(runPodId)}", UriKind.Relative);

    private async Task<SubmitResult> ReadSubmissionAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return ReadId(body) is { } id ? new SubmitResult.Accepted(id) : new SubmitResult.Unknown($"HTTP {status} without an id");
        }
        return status switch
        {
            // The body of this job is malformed or too large.
            400 or 413 or 422 => new SubmitResult.Rejected($"HTTP {status}"),
            // A proxy gave up on RunPod, which may have accepted the job.
            408 or 502 or > 503 => new SubmitResult.Unknown($"HTTP {status}"),
            _ => new SubmitResult.Unavailable($"HTTP {status}", RetryAfter(response)),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var delay = header?.Delta ?? (header?.Date - time.GetUtcNow());
        return delay is not { } wait ? null : wait < TimeSpan.Zero ? TimeSpan.Zero : wait > MaxRetryAfter ? MaxRetryAfter : wait;
    }

    private static string? ReadId(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return RunPodJson.Id(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RunPodStatus ReadStatus(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return RunPodJson.Status(document.RootElement);
        }
        catch (JsonException)
        {
            return new RunPodStatus.Unreachable("the response is not JSON");
        }
    }
}
