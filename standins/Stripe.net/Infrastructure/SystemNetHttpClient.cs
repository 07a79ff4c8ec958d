using System.Net;
using System.Net.Http.Headers;

namespace Stripe;

/// <summary>
/// Sends over HTTP and tries again, with the same idempotency key, what can end otherwise the next time: a broken
/// connection, a timeout, 409, 5xx, or what Stripe says by <c>Stripe-Should-Retry</c>. 429 is not tried again unless it says so.
/// </summary>
public class SystemNetHttpClient : IHttpClient
{
    public const int DefaultMaxNumberRetries = 2;

    private static readonly Lazy<HttpClient> DefaultHttpClient = new(() => new HttpClient { Timeout = DefaultHttpTimeout });

    private readonly HttpClient _httpClient;

    /// <param name="httpClient">Its timeout is that of one attempt.</param>
    /// <param name="maxNetworkRetries">How often to try again, after the first time.</param>
    public SystemNetHttpClient(HttpClient? httpClient = null, int maxNetworkRetries = DefaultMaxNumberRetries)
    {
        _httpClient = httpClient ?? DefaultHttpClient.Value;
        MaxNetworkRetries = maxNetworkRetries;
    }

    public static TimeSpan DefaultHttpTimeout => TimeSpan.FromSeconds(80);

    public static TimeSpan MinNetworkRetriesDelay => TimeSpan.FromMilliseconds(500);

    public static TimeSpan MaxNetworkRetriesDelay => TimeSpan.FromSeconds(5);

    public int MaxNetworkRetries { get; }

    public async Task<StripeResponse> MakeRequestAsync(StripeRequest request, CancellationToken cancellationToken = default)
    {
        for (var retries = 0; ; retries++)
        {
            Exception? failure = null;
            StripeResponse? response = null;
            try
            {
                response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException exception)
            {
                failure = exception;
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                failure = exception;
            }

            if (retries >= MaxNetworkRetries || !(failure is not null || ShouldRetry(response!)))
            {
                return failure is null ? response! : throw failure;
            }

            await Task.Delay(SleepTime(retries + 1), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool ShouldRetry(StripeResponse response)
    {
        if (response.Headers.TryGetValues("Stripe-Should-Retry", out var values))
        {
            switch (values.FirstOrDefault())
            {
                case "true":
                    return true;
                case "false":
                    return false;
            }
        }

        return response.StatusCode == HttpStatusCode.Conflict || (int)response.StatusCode >= 500;
    }

    private async Task<StripeResponse> SendAsync(StripeRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.Uri) { Content = request.Content };
        message.Headers.Authorization = request.AuthorizationHeader;
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("Stripe", "V1"));
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue(".NetBindings", StripeConfiguration.StripeNetVersion));
        foreach (var (name, value) in request.StripeHeaders)
        {
            message.Headers.Add(name, value);
        }

        using var response = await _httpClient.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var content = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return new StripeResponse(response.StatusCode, response.Headers, content);
    }

    // Jitter keeps many clients from coming back in step.
    private static TimeSpan SleepTime(int retry)
    {
        var delay = MinNetworkRetriesDelay * Math.Pow(2, retry - 1);
        delay = delay > MaxNetworkRetriesDelay ? MaxNetworkRetriesDelay : delay;
        delay *= (3 + Random.Shared.NextDouble()) / 4;
        return delay < MinNetworkRetriesDelay ? MinNetworkRetriesDelay : delay;
    }
}
