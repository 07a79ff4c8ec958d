using System.Net;
using System.Net.Http.Headers;

namespace Stripe;

public class StripeResponse
{
    public StripeResponse(HttpStatusCode statusCode, HttpResponseHeaders headers, string content)
    {
        StatusCode = statusCode;
        Headers = headers;
        Content = content;
    }

    public HttpStatusCode StatusCode { get; }

    public HttpResponseHeaders Headers { get; }

    public string Content { get; }

    public string? IdempotencyKey => Header("Idempotency-Key");

    public string? RequestId => Header("Request-Id");

    private string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
