using System.Net;
using System.Net.Http.Headers;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Opens the services' streams.</summary>
internal sealed class EventSourceClient(HttpClient client)
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The handler of its connections: a replica that has gone without a word ends its streams.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        UseProxy = false,
        AllowAutoRedirect = false,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>The response, as soon as its headers are there; null when no service has given one in time.</summary>
    /// <param name="source">Which stream.</param>
    /// <param name="lastId">What the client has of it.</param>
    /// <param name="context">The client's request, by which the service knows the user.</param>
    /// <param name="cancellationToken">Of the stream.</param>
    public async Task<HttpResponseMessage?> OpenAsync(
        EventSource source, string? lastId, HttpContext context, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{source.Service}{source.Path}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        foreach (var name in new[] { Caller.HeaderName, InternalCredential.HeaderName })
        {
            request.Headers.Add(name, context.Request.Headers[name].ToString());
        }
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        opening.CancelAfter(OpenTimeout);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, opening.Token);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
