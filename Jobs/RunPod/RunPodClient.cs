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
    private const string HealthOperation = "health";

    private const int MaxResponseBytes = 1024 * 1024;

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
            using var response = await client.PostAsync(
                new Uri($"{EndpointId}/{RunOperation}", UriKind.Relative), content, cancellationToken);
            account.Observe(RunOperation, response.StatusCode);
            return await RunPodAnswers.SubmissionAsync(response, time.GetUtcNow(), cancellationToken);
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
            return await RunPodAnswers.StatusAsync(
                response, options.Value.MicrodollarsPerSecond, time.GetUtcNow(), cancellationToken);
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
            return response.IsSuccessStatusCode || (int)response.StatusCode is 400 or 404;
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

    /// <summary>How many jobs the endpoint has; null when that cannot be read.</summary>
    public async Task<RunPodHealth?> HealthAsync(string endpointId, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(HttpClientName);
            using var response = await client.GetAsync(
                new Uri($"{Uri.EscapeDataString(endpointId)}/{HealthOperation}", UriKind.Relative), cancellationToken);
            account.Observe(HealthOperation, response.StatusCode);
            return await RunPodAnswers.HealthAsync(response, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static Uri JobUri(string endpointId, string operation, string runPodId) =>
        new($"{Uri.EscapeDataString(endpointId)}/{operation}/{Uri.EscapeDataString(runPodId)}", UriKind.Relative);
}
