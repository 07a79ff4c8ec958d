using System.Net;

namespace ReelBallers.TestKit;

/// <summary>Sends every request by HTTP/2 without TLS, as our services demand, however it was made.</summary>
public sealed class Http2Handler : DelegatingHandler
{
    public Http2Handler() : base(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return base.SendAsync(request, cancellationToken);
    }
}
