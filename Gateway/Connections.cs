using Microsoft.AspNetCore.Server.Kestrel.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>What a connection from outside may cost before a request of it is looked at, and which versions of HTTP it speaks.</summary>
internal static class Connections
{
    private const int MaxHeadersBytes = 16 * 1024;
    private const int MaxHeaders = 100;
    private const int MaxStreamsPerConnection = 100;
    private const double SlowestUploadBytesPerSecond = 240;
    private const double SlowestDownloadBytesPerSecond = 2048;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SlowGracePeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Sets the limits. With a certificate (section <c>Kestrel</c>) the Gateway speaks HTTP/1.1, HTTP/2 and, where the system has msquic,
    /// HTTP/3, unless <c>EndpointDefaults:Protocols</c> of that section names others; without one HTTP/1.1 only.
    /// </summary>
    public static void ConfigureConnections(this WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = ServiceDefaultsExtensions.MaxRequestBodyBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeadersBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(SlowestUploadBytesPerSecond, SlowGracePeriod);
        limits.MinResponseDataRate = new MinDataRate(SlowestDownloadBytesPerSecond, SlowGracePeriod);
        // HTTP/3 allows as many without being told.
        limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeadersBytes;
        // An event stream of a client that has gone without a word ends by this.
        limits.Http2.KeepAlivePingDelay = PingDelay;
        limits.Http2.KeepAlivePingTimeout = PingTimeout;
        limits.Http3.MaxRequestHeaderFieldSize = MaxHeadersBytes;
        var configuration = builder.Configuration.GetSection("Kestrel");
        var isEveryVersionSpoken = HasCertificate(configuration) && configuration["EndpointDefaults:Protocols"] is null;
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            if (isEveryVersionSpoken)
            {
                endpoint.Protocols = HttpProtocols.Http1AndHttp2AndHttp3;
            }
            RejectedRequests.Configure(endpoint);
        });
    });

    private static bool HasCertificate(IConfigurationSection kestrel) =>
        kestrel.GetSection("Certificates:Default").Exists()
        || kestrel.GetSection("Endpoints").GetChildren().Any(endpoint => endpoint.GetSection("Certificate").Exists());
}
