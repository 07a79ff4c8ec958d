using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ReelBallers.Accounts;

/// <summary>What an attempt has come to.</summary>
/// <param name="Status">The HTTP status; null without an answer.</param>
/// <param name="Error">One of <see cref="WebhookErrors"/>; null when the endpoint has accepted it.</param>
/// <param name="RetryAfter">How long the endpoint asks to be left alone; zero for not at all.</param>
internal sealed record WebhookResult(int? Status, string? Error, TimeSpan RetryAfter = default)
{
    /// <summary>Whether the endpoint wants no more events at all.</summary>
    public bool IsGone => Status == StatusCodes.Status410Gone;
}

/// <summary>Posts an event to an endpoint. Only the status of the answer is of interest: its body is not read.</summary>
internal sealed class WebhookClient(HttpClient client, WebhookSecrets secrets, TimeProvider time)
{
    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The connections: to allowed addresses, without redirects, cookies, proxies and our traces' headers.</summary>
    public static SocketsHttpHandler CreateHandler(WebhookUrls urls) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy would choose the address.
        UseProxy = false,
        ConnectCallback = urls.ConnectAsync,
        ConnectTimeout = ConnectTimeout,
        // A new connection finds an endpoint that has moved.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 64 * 1024,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        ActivityHeadersPropagator = null,
    };

    /// <summary>Makes an attempt.</summary>
    public async Task<WebhookResult> SendAsync(WebhookEndpoint endpoint, WebhookEvent happened, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(endpoint, happened);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)response.StatusCode;
            return response.IsSuccessStatusCode
                ? new WebhookResult(status, Error: null)
                : new WebhookResult(status, WebhookErrors.Status(status), RetryAfterOf(response));
        }
        catch (HttpRequestException exception)
        {
            return new WebhookResult(Status: null, ErrorOf(exception));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookResult(Status: null, WebhookErrors.Timeout);
        }
    }

    private HttpRequestMessage CreateRequest(WebhookEndpoint endpoint, WebhookEvent happened)
    {
        var now = time.GetUtcNow();
        var (id, timestamp) = (happened.EventId.ToString(), now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var body = Encoding.UTF8.GetBytes(happened.Body);
        List<byte[]> keys = [secrets.KeyOf(endpoint.SecretId)];
        if (endpoint.PreviousSecretId is { } previous && endpoint.PreviousSecretUntil > now)
        {
            keys.Add(secrets.KeyOf(previous));
        }
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ReelBallers-Webhooks", "1.0"));
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", WebhookSignature.Header(keys, id, timestamp, body));
        return request;
    }

    private TimeSpan RetryAfterOf(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            ? RetryAfterHeader.PauseOf(response, time.GetUtcNow())
            : TimeSpan.Zero;

    private static string ErrorOf(HttpRequestException exception) => exception switch
    {
        { InnerException: WebhookAddressException } => WebhookErrors.AddressNotAllowed,
        { HttpRequestError: HttpRequestError.NameResolutionError } => WebhookErrors.NameNotResolved,
        { HttpRequestError: HttpRequestError.SecureConnectionError } => WebhookErrors.TlsFailed,
        { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            WebhookErrors.InvalidResponse,
        _ => WebhookErrors.ConnectionFailed,
    };
}
