namespace ReelBallers.StandIns.Tests.Grpc;

/// <summary>Keeps what a unary call of the real client sends and receives.</summary>
internal sealed class WireTap() : DelegatingHandler(new SocketsHttpHandler())
{
    internal byte[] RequestBody { get; private set; } = [];

    internal byte[] ResponseBody { get; private set; } = [];

    internal string? RequestEncoding { get; private set; }

    internal string? ResponseEncoding { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestEncoding = request.Headers.TryGetValues("grpc-encoding", out var sent) ? sent.Single() : null;
        RequestBody = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        ResponseEncoding = response.Headers.TryGetValues("grpc-encoding", out var received) ? received.Single() : null;
        ResponseBody = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response;
    }
}
