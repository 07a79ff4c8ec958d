using System.Net.Http.Headers;

namespace ReelBallers.Benchmarks;

/// <summary>The headers that the Gateway sets for the services.</summary>
internal static class InternalHeaders
{
    public const string Credential = "x-internal-credential";
    public const string UserId = "x-user-id";
}

/// <summary>Requests to a service directly, as the Gateway passes them on.</summary>
internal static class ServiceRequest
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <param name="method">The method.</param>
    /// <param name="path">Relative, with its query.</param>
    /// <param name="userId">Null for a caller who is not a user.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="idempotencyKey">Null for none.</param>
    public static HttpRequestMessage Create(
        HttpMethod method, string path, string? userId, string? body = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add(InternalHeaders.Credential, ServiceProcess.Credential);
        if (userId is not null)
        {
            request.Headers.Add(InternalHeaders.UserId, userId);
        }
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        request.Content = body is null ? null : Content(body);
        return request;
    }

    /// <summary>A body of JSON.</summary>
    public static StringContent Content(string json) => new(json, Json);

    /// <summary>The body of <c>POST /api/debit</c> of one cent.</summary>
    public static string DebitBody(string jobId) => $$"""{"job_id":"{{jobId}}","cost_cents":1}""";
}
