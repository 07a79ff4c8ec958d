using System.Net.Http.Headers;

namespace Stripe;

/// <summary>One request as it goes over the wire; its retries send the same once more.</summary>
public class StripeRequest
{
    private readonly BaseOptions? _options;

    public StripeRequest(IStripeClient client, HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions)
    {
        Method = method;
        _options = options;
        var key = requestOptions?.ApiKey ?? client.ApiKey;
        if (string.IsNullOrWhiteSpace(key))
        {
            throw new StripeException("No API key provided.");
        }

        AuthorizationHeader = new AuthenticationHeaderValue("Bearer", key);
        var query = method == HttpMethod.Post ? "" : FormEncoder.CreateQueryString(options);
        Uri = new Uri(client.ApiBase + path + (query.Length == 0 ? "" : "?" + query));
        StripeHeaders = new Dictionary<string, string> { ["Stripe-Version"] = StripeConfiguration.ApiVersion };
        if (requestOptions?.IdempotencyKey is { } idempotencyKey)
        {
            StripeHeaders["Idempotency-Key"] = idempotencyKey;
        }
        else if (method == HttpMethod.Post)
        {
            StripeHeaders["Idempotency-Key"] = Guid.NewGuid().ToString();
        }
    }

    public HttpMethod Method { get; }

    public Uri Uri { get; }

    public AuthenticationHeaderValue AuthorizationHeader { get; }

    public Dictionary<string, string> StripeHeaders { get; }

    /// <summary>A form for a POST, even when it is empty; null for the rest. A new one each time: sending disposes it.</summary>
    public HttpContent? Content => Method == HttpMethod.Post ? FormEncoder.CreateHttpContent(_options) : null;
}
