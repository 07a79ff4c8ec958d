using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Polly;
using Polly.RateLimiting;

namespace ReelBallers.Jobs;

/// <summary>RunPod's serverless API. An outage is a result, not an exception: what it means differs by call.</summary>
internal sealed class RunPodClient(
    IHttpClientFactory clients, RunPodCalls calls, RunPodAccount account, RunPodEndpoints endpoints, TimeProvider time)
{
    public const string HttpClientName = "runpod";
    private const int MaxResponseBytes = 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

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
    public async Task<SubmitResult> SubmitAsync(string endpointId, RunPodRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, Json));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await SendAsync(
                endpointId, RunPodOperation.Run, HttpMethod.Post, content: content, cancellationToken: cancellationToken);
            return await RunPodAnswers.SubmissionAsync(response, time.GetUtcNow(), cancellationToken);
        }
        catch (ExecutionRejectedException exception)
        {
            return new SubmitResult.Unavailable(exception.Message, RetryAfter(exception));
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
            using var response = await SendAsync(
                endpointId, RunPodOperation.Status, HttpMethod.Get, runPodId, cancellationToken: cancellationToken);
            return await RunPodAnswers.StatusAsync(
                response, endpoints.MicrodollarsPerSecond(endpointId), time.GetUtcNow(), cancellationToken);
        }
        catch (ExecutionRejectedException exception)
        {
            return new RunPodStatus.Unreachable(exception.Message, RetryAfter(exception));
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
            using var response = await SendAsync(
                endpointId, RunPodOperation.Cancel, HttpMethod.Post, runPodId, cancellationToken: cancellationToken);
            return response.IsSuccessStatusCode || (int)response.StatusCode is 400 or 404;
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>How many jobs the endpoint has; null when that cannot be read.</summary>
    public async Task<RunPodHealth?> HealthAsync(string endpointId, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(
                endpointId, RunPodOperation.Health, HttpMethod.Get, cancellationToken: cancellationToken);
            return await RunPodAnswers.HealthAsync(response, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static TimeSpan? RetryAfter(ExecutionRejectedException exception) =>
        (exception as RateLimiterRejectedException)?.RetryAfter;

    private async Task<HttpResponseMessage> SendAsync(
        string endpointId, RunPodOperation operation, HttpMethod method, string? runPodId = null, HttpContent? content = null,
        CancellationToken cancellationToken = default)
    {
        var path = $"{Uri.EscapeDataString(endpointId)}/{operation.ToPath()}";
        var uri = new Uri(runPodId is null ? path : $"{path}/{Uri.EscapeDataString(runPodId)}", UriKind.Relative);
        using var client = clients.CreateClient(HttpClientName);
        var response = await calls.SendAsync(
            endpointId, operation,
            async token =>
            {
                using var request = new HttpRequestMessage(method, uri) { Content = content };
                return await client.SendAsync(request, token);
            },
            cancellationToken);
        account.Observe(operation, response.StatusCode);
        return response;
    }
}
